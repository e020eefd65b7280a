// Where one attack is evaluated: a data folder and a temporary folder of its own, and a look at the machine
// afterwards.
//
// Theory of operation: whatever the harness starts descends from this process, which adopts orphans, so that
// a survivor is a child that is left. Whatever the harness writes lies below two folders that were empty
// before. What attacks would leave elsewhere bears a name (or key) that the corpus agrees upon, see
// tests/attacks/shared/marks.hpp.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "evaluate/evaluate.hpp"

namespace mls::attacks {

/// Begins the name of every file, socket or segment that an attack tries to leave behind.
inline constexpr char mark[] = "mls-attack";
/// Key of every System V object that an attack tries to leave behind: "MLSA".
inline constexpr int mark_key = 0x4d4c5341;

/// While it lives, $TMPDIR points into it. One at a time; this process must have no other children.
class Quarters {
 public:
  /// Packs, prepared artefacts and compiled parts of the benchmark are taken over from `places.home`, by
  /// link.
  explicit Quarters(const evaluate::Places& places);
  ~Quarters();
  Quarters(const Quarters&) = delete;
  Quarters& operator=(const Quarters&) = delete;

  /// As given, with the data folder in here.
  [[nodiscard]] const evaluate::Places& places() const { return places_; }
  /// Not there yet.
  [[nodiscard]] std::filesystem::path workspace() const { return folder_.path() / "workspace"; }

  /// One line for each thing that is not as it was when this was made: processes, files, memory, descriptors.
  /// Processes that are left are killed.
  [[nodiscard]] std::vector<std::string> harm() const;

 private:
  TemporaryFolder folder_;
  evaluate::Places places_;
  std::string tmpdir_before_;
  std::size_t descriptors_before_;
  long shared_kib_before_;
};

}  // namespace mls::attacks
