// The command line: which verbs there are, and how a verb's end becomes an exit code (docs/cli.md).
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

namespace mls::cli {

namespace exit_code {
inline constexpr int ok = 0;
inline constexpr int check_failed = 1;
inline constexpr int bad_usage = 2;
inline constexpr int infrastructure = 3;
inline constexpr int interrupted = 130;
}  // namespace exit_code

/// What verbs register themselves with.
class Program {
 public:
  explicit Program(CLI::App& app) : app_(app) {}

  /// Adds a verb; `examples` are command lines shown at the end of its help.
  CLI::App* verb(const std::string& group, const std::string& name, const std::string& summary,
                 const std::string& examples);
  /// What the verb does once the whole command line has been parsed; its return value is the exit code.
  void on(CLI::App* verb, std::function<int()> action);

  [[nodiscard]] const std::function<int()>& chosen() const { return chosen_; }

 private:
  CLI::App& app_;
  std::function<int()> chosen_;
};

/// Parses, acts, reports errors on stderr. Never throws.
int run(int argc, char** argv);

}  // namespace mls::cli
