// Protocol `generate`, host's side; the wire is described in judge/generate.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "host/host.hpp"

namespace mls::host {

/// One round: samples are wanted, and the judge's model may be questioned.
class GenerateRound {
 public:
  GenerateRound(JudgeLink& judge, const Message& begin);

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t width() const { return width_; }
  /// Calls that each row may have.
  [[nodiscard]] std::int64_t calls() const { return calls_; }

  /// The next question, to which the task's own fields can be added (noise level, time).
  [[nodiscard]] Message& question() { return question_; }
  /// Sends that question, about these rows and x [m, width]. The answer [m, width] stays valid until the next
  /// one; nothing when one of the rows has had its calls.
  [[nodiscard]] std::optional<std::span<const double>> ask(std::span<const std::int32_t> rows,
                                                           std::span<const double> x);

 private:
  JudgeLink& judge_;
  Message question_{"ask"};
  std::int64_t rows_;
  std::int64_t width_;
  std::int64_t calls_;
};

/// Makes rows * width numbers. `begin` holds the task's fields and is valid until the first question.
using Generator = std::function<std::vector<double>(GenerateRound& round, const Message& begin)>;

/// Serves rounds until the judge finishes.
void generate(JudgeLink& judge, const Generator& generator);

}  // namespace mls::host
