// May a method that is timed be compiled? Its instruction set is fixed for all: whoever takes wider registers
// than the reference measures the machine, not the idea.
#pragma once

#include <string>
#include <string_view>

namespace mls::evaluate {

/// Why the source could leave the instruction set that all hosts are compiled for, naming the line; empty
/// when it cannot. Refuses attributes of the compiler's own, inline assembly, pragmas other than `once` and
/// token pasting, by which each of them could be spelt.
[[nodiscard]] std::string instruction_set_objection(std::string_view source);

}  // namespace mls::evaluate
