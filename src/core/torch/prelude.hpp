// libtorch's tensors and automatic differentiation, for C++20. The first header of whatever includes
// libtorch: precompiled for judges' science (lib/.../judge/torch) and, with host/torch/prelude.hpp, for
// methods.
//
// libtorch 1.13 wants C++17: it uses std::vector<T> where T is incomplete, which works as long as the
// vector's members are not constexpr. So for C++20 the standard library's <vector> is read as if it were
// C++17's. Nothing but constant evaluation of vectors is lost; objects are laid out and named the same.
// libtorch 2.x needs none of this, but then methods would compile against the one and not the other.
#pragma once

// clang-format off: the order matters.
// The one forward declaration that would contradict it.
#define _Bit_iterator _Bit_iterator_of_no_vector
#include <bits/stl_algobase.h>
#undef _Bit_iterator
#include <memory>
#include <string>
#include <system_error>
#include <tuple>
#pragma push_macro("_GLIBCXX20_CONSTEXPR")
#undef _GLIBCXX20_CONSTEXPR
#define _GLIBCXX20_CONSTEXPR
#include <vector>
#pragma pop_macro("_GLIBCXX20_CONSTEXPR")

#include <torch/types.h>
#include <torch/utils.h>
#include <torch/version.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
// clang-format on
