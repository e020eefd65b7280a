// task: optimization-online-bandit
// route: compile bombs
// tries: to include itself twice, and so on, below the compiler's own limit of depth
// expect: compile_error
// message: CPU

#if __INCLUDE_LEVEL__ < 100
#include __FILE__
#include __FILE__
#endif
