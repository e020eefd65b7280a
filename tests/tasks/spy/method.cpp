#include "surface.hpp"

std::string spy_until() { return "carry"; }
