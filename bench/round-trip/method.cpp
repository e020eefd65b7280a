#include "surface.hpp"

void nothing() {}
