// task: optimization-online-bandit
// route: compile-time leaks
// tries: to have the compiler print a file of the machine in its error messages
// expect: compile_error
// message: file not found

#include "/etc/passwd"
#include "surface.hpp"
