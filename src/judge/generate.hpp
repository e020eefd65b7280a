// Protocol `generate`, judge's side: the host returns samples; the judge owns what they are compared with,
// the metrics and, where the task has one, a model that the host may question while it generates. Host's
// side: host/generate.hpp.
//
// A run is one round or several, if need be in fresh hosts (Run::fresh_host). On the wire, for each round:
// `begin` with `rows`, `width` and `calls` i64 and what else the task tells the host (start noise, a seed).
// Then the host sends any number of `ask` with `rows` i32 [m] (which samples the questions are for), `x` f64
// [m, width] and fields of the task's own; the judge replies `answer` with `y` f64 [m, width] or, when one of
// these rows has had its calls, `exhausted`: nothing was charged then. At last the host sends `samples` with
// `samples` f64 [rows, width], answered by `received`. After the last round the judge sends `finish`,
// answered by `finished`.
//
// Calls are counted per row, so that a question about m rows costs m. A task in which one good sample could
// be copied into many rows, or one row's calls spent on another, gives each row coordinates of its own
// (lib/diffusion/judge/rotations.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "judge/task.hpp"

namespace mls::judge {

/// How many calls each row has left. Only the judge ever charges it.
class CallMeter {
 public:
  CallMeter(std::int64_t rows, std::int64_t calls);
  /// Takes one call for every mention of a row, when all of them have it; otherwise takes nothing and returns
  /// false. A row that does not exist is a protocol_violation.
  [[nodiscard]] bool charge(std::span<const std::int32_t> rows);
  /// Calls taken, of all rows together.
  [[nodiscard]] std::int64_t used() const { return used_; }

 private:
  std::vector<std::int64_t> left_;
  std::int64_t used_ = 0;
};

/// What the model is asked. Rows exist and `x` is finite; the task's own fields in `request` are unchecked.
struct Question {
  std::span<const std::int32_t> rows;  ///< [m]
  std::span<const double> x;           ///< [m, width]
  const Message& request;
};

struct Round {
  std::int64_t rows = 0;   ///< samples that are wanted, >= 1
  std::int64_t width = 0;  ///< numbers in each, >= 1
  std::int64_t calls = 0;  ///< of the model, for each row; 0 where there is no model
  /// Fills y [m, width]. Absent where there is no model: then `ask` is a protocol violation.
  std::function<void(const Question& question, std::span<double> y)> model = {};
};

struct Samples {
  std::vector<double> values;  ///< [rows, width], finite
  std::int64_t calls = 0;      ///< that were made, of all rows together
};

/// One round. `begin` is a message of kind "begin" with the task's fields; the round's are added.
[[nodiscard]] Samples generate(HostLink& host, Message begin, const Round& round);
/// After the last round: lets the host end regularly.
void finish_generating(HostLink& host);

}  // namespace mls::judge
