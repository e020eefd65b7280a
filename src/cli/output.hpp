// Results go to stdout, everything else to stderr.
#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"

namespace mls::cli {

/// Writes and flushes. Throws infrastructure when stdout cannot take it (disk full); a reader that has gone
/// away (`mls tasks | head`) ends the program quietly, as SIGPIPE does.
void print_result(std::string_view text);
/// Two-space indented, newline at the end.
void print_json(const Json& json);

/// One line on stderr: "mls: ...".
void say(std::string_view line);

}  // namespace mls::cli
