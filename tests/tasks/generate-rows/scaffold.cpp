#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) { generate(judge, make); }
