#include "evaluate/portable_source.hpp"

#include <gtest/gtest.h>

namespace mls::evaluate {
namespace {

TEST(InstructionSetObjection, NoneToOrdinarySource) {
  EXPECT_EQ(
      instruction_set_objection("#pragma once\n#include <immintrin.h>\n"
                                "// an __attribute__ in a comment, \"asm\" in a string\n"
                                "const char* s = \"asm gnu\";\n"
                                "[[nodiscard]] inline __m256 f(__m256 a) { return _mm256_add_ps(a, a); }\n"),
      "");
}

TEST(InstructionSetObjection, ToEveryWayOutOfIt) {
  for (const char* source : {
           "int a;\n__attribute__((target(\"avx512f\"))) void f();",
           "int a;\n[[gnu::target(\"avx512f\")]] void f();",
           "int a;\n[[using __gnu__: target(\"avx512f\")]] void f();",
           "int a;\n[[clang::x]] void f();",
           "int a;\n#pragma clang attribute push(__attribute__((target(\"avx512f\"))))",
           "int a;\n#pragma GCC target(\"avx512f\")",
           "int a;\n_Pragma(\"GCC target\") int b;",
           "int a;\nvoid f() { asm(\"vaddps %zmm0, %zmm0, %zmm0\"); }",
           "int a;\n#define GLUE(a, b) a##b",
       }) {
    EXPECT_NE(instruction_set_objection(source).find("line 2: "), std::string::npos) << source;
  }
  for (const char* spliced : {"as\\\nm(\"\");", "as\\ \t\nm(\"\");", "as\\\r\nm(\"\");"})
    EXPECT_NE(instruction_set_objection(spliced).find("backslash"), std::string::npos) << spliced;
  EXPECT_NE(instruction_set_objection("%:pragma GCC target").find("%:"), std::string::npos);
}

}  // namespace
}  // namespace mls::evaluate
