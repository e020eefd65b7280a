#include "surface.hpp"

Until spy_until() { return {"carry"}; }
