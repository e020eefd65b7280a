// docs/threat-model.md shows tables of the sources. With MLS_UPDATE_DOCS=1 tests write them instead of
// comparing.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/files.hpp"
#include "core/locations.hpp"

namespace mls::sandbox {

/// The page has `table` between the comment `begin` and the next end of a table.
inline void expect_in_threat_model(std::string_view begin, const std::string& table) {
  constexpr std::string_view table_end = "<!-- end of table -->\n";
  const std::filesystem::path page = repository_root() / "docs" / "threat-model.md";
  std::string text = read_file(page);
  const auto at = text.find(begin);
  ASSERT_NE(at, std::string::npos);
  const auto start = at + begin.size();
  const auto end = text.find(table_end, start);
  ASSERT_NE(end, std::string::npos);
  if (std::getenv("MLS_UPDATE_DOCS") != nullptr) {
    write_atomic(page, text.replace(start, end - start, table));
    return;
  }
  EXPECT_EQ(text.substr(start, end - start), table);
}

}  // namespace mls::sandbox
