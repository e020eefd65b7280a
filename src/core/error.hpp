// The one exception type of the program and the exit code it stands for.
#pragma once

#include <stdexcept>
#include <string>

namespace mls {

/// Whose fault an error is; decides the exit code of the program (docs/architecture.md, "Exit codes").
enum class Fault {
  usage,           ///< wrong command line: exit code 2
  bad_input,       ///< a file or value the user gave is wrong: exit code 2
  infrastructure,  ///< our own machinery failed, never the method: exit code 3, may be retried
};

/// An error whose message names the file, line or field, what was found, what was expected, and how to mend
/// it.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& message) : std::runtime_error(message), fault_(fault) {}
  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] int exit_code() const { return fault_ == Fault::infrastructure ? 3 : 2; }

 private:
  Fault fault_;
};

[[nodiscard]] inline Error usage_error(const std::string& message) { return {Fault::usage, message}; }
[[nodiscard]] inline Error bad_input(const std::string& message) { return {Fault::bad_input, message}; }
[[nodiscard]] inline Error infrastructure(const std::string& message) {
  return {Fault::infrastructure, message};
}

}  // namespace mls
