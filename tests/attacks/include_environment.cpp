// task: optimization-online-bandit
// route: compile-time leaks
// tries: to have the compiler print its environment in its error messages
// expect: compile_error
// message: file not found

#include "/proc/self/environ"
#include "surface.hpp"
