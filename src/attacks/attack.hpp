// The attack corpus, tests/attacks/: hostile methods (*.cpp) and hostile submissions (*.recipe), each one
// file that begins with a header saying what it tries and what must come of it (docs/threat-model.md tells
// how to add one).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mls::attacks {

/// One file of the corpus. The comments name the keys of its header.
struct Attack {
  std::string name;            ///< the file's, without extension
  std::filesystem::path file;  ///< *.cpp: a method; *.recipe: how to lay out a submission (recipe.hpp)
  std::string task;            ///< `task`
  std::string route;           ///< `route`: the kind of attack, a few words
  std::string tries;           ///< `tries`: one sentence
  std::string expect;          ///< `expect`: "harmless" or a status of a failed run
  std::string message;         ///< `message`, optional: must occur in the verdict's message
  std::string honest;          ///< `honest`, optional: the baseline it is built on; else the start method
  std::string setting;         ///< `setting`, optional: a setting of the task, or "all"; else a fast one
  int seeds = 1;               ///< `seeds`, optional
  int runs = 1;  ///< `runs`, optional: evaluated so often; the last time counts (state kept between runs?)
  bool tested = false;  ///< `tested: yes`, optional: tested once before; the part "memory.hpp" then says what
                        ///< came of it
  bool sealed = false;  ///< `seal: private`, optional: under a key that the attack cannot know
  /// `by: score`, optional: a method of its own that may beat the honest one in single metrics, but not in
  /// score. Else it plays the honest method and must not be better in any scored metric.
  bool by_score = false;

  [[nodiscard]] bool is_recipe() const { return file.extension() == ".recipe"; }
};

[[nodiscard]] std::filesystem::path corpus_folder(const std::filesystem::path& root);

/// Reads the header from the top of a file's text. Throws bad_input naming file and line: unknown, repeated
/// or missing key, or a value that is not allowed.
[[nodiscard]] Attack parse_attack(const std::filesystem::path& file, std::string_view text);

/// All of them by name. Throws bad_input.
[[nodiscard]] std::vector<Attack> load_corpus(const std::filesystem::path& root);

/// The text below the header.
[[nodiscard]] std::string_view body_of(std::string_view text);

/// The submission an attack's text stands for: every line `#include "NAME"` with NAME among `parts` is
/// replaced by that part's text (once, as with #pragma once), so that attacks can share code and wrap the
/// honest method, and yet are submitted as one file.
[[nodiscard]] std::string expanded(std::string_view text, const std::map<std::string, std::string>& parts);

/// The parts: "shared/NAME.hpp" of the corpus, "honest.cpp", and "memory.hpp" that defines the
/// std::vector<std::string> `memory` of what the test's runs said.
[[nodiscard]] std::map<std::string, std::string> parts_of(const std::filesystem::path& root,
                                                          const std::string& honest_source,
                                                          const std::vector<std::string>& memory);

}  // namespace mls::attacks
