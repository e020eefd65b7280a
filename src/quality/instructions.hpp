// Machine instructions whose results the maker of a processor may choose: a program with one need not give
// the same bits on another machine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mls::quality {

/// Which of them the code of `program` (ELF) holds: approximate reciprocals and square roots, and the x87
/// unit's functions. Mnemonics, sorted, unique. Throws infrastructure when objdump is missing or cannot read
/// the file.
[[nodiscard]] std::vector<std::string> approximate_instructions(const std::filesystem::path& program);

}  // namespace mls::quality
