// The variance reduction task: the honest optimiser is attack::honest, an attack defines
// variance_reduction::run.
#include <cstdint>
#include <vector>

#include "surface.hpp"
#define run honest
#include "honest.cpp"
#undef run
