// Null method: always the same.
#include "surface.hpp"

double location::locate(std::span<const double>) { return 5; }
