// task: optimization-online-bandit
// route: compiler options in source
// tries: to load plugins, modules and libraries, to write files and to change options by pragmas and
// attributes
// expect: harmless

#pragma clang diagnostic push
#pragma clang diagnostic error "-Weverything"
#pragma clang diagnostic pop
#pragma GCC optimize("-fplugin=/work/evil.so")
#pragma GCC target("avx512f")
#pragma clang optimize on
#pragma clang load "/usr/lib/llvm-19/lib/LLVMPolly.so"
#pragma plugin("/usr/lib/llvm-19/lib/LLVMPolly.so")
#pragma hdrstop
#pragma pch_preprocess "/work/evil.pch"
#pragma GCC pch_preprocess "/work/evil.pch"
#pragma clang system_header
#pragma include_alias("surface.hpp", "evil.hpp")
#pragma push_macro("__has_include")
#pragma float_control(precise, off, push)
#pragma clang fp contract(fast) reassociate(on)
#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}
