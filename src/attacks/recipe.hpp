// How a submission that is no text file, or whose workspace is tampered with, is laid out: the language of
// *.recipe files.
//
// One statement a line, carried out in order in a fresh workspace of the attack's task (trial/workspace.hpp).
// Paths are relative to the workspace; blank lines and lines that begin with # are comments.
//
//   write PATH PART ...      a file of the parts, one after the other, each one of:
//                              "text"        with \n \t \\ \" \xHH (the rest of the line may hold several)
//                              COUNT*"text"  the text COUNT times
//                              start         the task's start method
//                              utf16         the same in UTF-16, little-endian, with byte order mark
//   sparse PATH BYTES        a file of so many zero bytes that occupies no space
//   symlink PATH TARGET      TARGET as it stands
//   hardlink PATH TARGET     TARGET relative to the workspace
//   fifo PATH
//   socket PATH
//   folder PATH
//   remove PATH
//   label "text"             submits under this name
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mls::attacks {

/// Carries the recipe out; returns the label. Total: any text is carried out or throws bad_input naming the
/// line. Nothing outside `workspace` is written.
std::optional<std::string> carry_out(std::string_view recipe, const std::filesystem::path& workspace,
                                     const std::string& start_method);

}  // namespace mls::attacks
