#include "quality/instructions.hpp"

#include <fmt/format.h>

#include <array>
#include <set>
#include <string_view>

#include "core/error.hpp"
#include "core/subprocess.hpp"

namespace mls::quality {
namespace {

// Twenty times what the largest of our programs takes.
constexpr std::size_t max_listing_bytes = std::size_t{1} << 30;

// "rsqrtps", "vrcp14ss", ... begin with these, with or without a "v"; whole words follow.
constexpr std::array<std::string_view, 2> beginnings{"rsqrt", "rcp"};
constexpr std::array<std::string_view, 8> names{"fsin",   "fcos",  "fsincos", "fptan",
                                                "fpatan", "f2xm1", "fyl2x",   "fyl2xp1"};

bool is_approximate(std::string_view mnemonic) {
  for (const std::string_view name : names) {
    if (mnemonic == name) return true;
  }
  if (mnemonic.starts_with('v')) mnemonic.remove_prefix(1);
  for (const std::string_view beginning : beginnings) {
    if (mnemonic.starts_with(beginning)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> approximate_instructions(const std::filesystem::path& program) {
  const Finished listing = run_command(
      {.argv = {"objdump", "--disassemble", "--no-show-raw-insn", "--no-addresses", program.string()},
       .folder = {},
       .environment = {{"LC_ALL", "C"}},
       .max_output = max_listing_bytes});
  if (!listing.ok() || listing.out.size() >= max_listing_bytes)
    throw infrastructure(fmt::format("{}: cannot be disassembled: {}", program.string(), listing.err));

  // An instruction's line is "<tab>mnemonic operands".
  std::set<std::string> found;
  std::string_view rest = listing.out;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (!line.starts_with('\t')) continue;
    const std::string_view mnemonic = line.substr(1, line.find(' ') - 1);
    if (is_approximate(mnemonic)) found.emplace(mnemonic);
  }
  return {found.begin(), found.end()};
}

}  // namespace mls::quality
