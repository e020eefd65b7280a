// Methods that do no work, or harm: each must end in an explained zero (docs/quality-gates.md).
#pragma once

#include <string>
#include <vector>

#include "evaluate/evaluate.hpp"
#include "task/task.hpp"

namespace mls::quality {

struct NullMethod {
  std::string name;
  evaluate::Method method;
  /// It does not get as far as an answer: its run must fail, whatever the scores are.
  bool must_fail = false;
};

/// The start method with something in front that crashes, loops without end, floods standard output, or exits
/// before the first message: the same for every surface.
[[nodiscard]] std::vector<NullMethod> misdeeds(const task::Task& task);

/// The files null/*.cpp of the task's folder by name, sorted: valid code that answers a constant, zeros, NaN,
/// ...
[[nodiscard]] std::vector<NullMethod> null_methods(const task::Task& task);

}  // namespace mls::quality
