#include "judge/generate.hpp"

#include <string>
#include <utility>

namespace mls::judge {
namespace {

/// Answers one question; `y` keeps the answer's numbers until the next one.
class Answering {
 public:
  Answering(HostLink& host, const Round& round)
      : host_(host), round_(round), meter_(round.rows, round.calls) {}

  void answer(const Message& request) {
    if (!round_.model) throw protocol_violation("the host sent 'ask', but this task has no model to ask");
    const auto rows = request.values<std::int32_t>("rows");
    const auto count = static_cast<std::int64_t>(rows.size());
    const auto x = request.values<double>("x", {count, round_.width});
    const bool paid = meter_.charge(rows);
    reply_.reset(paid ? "answer" : "exhausted");
    if (paid) {
      y_.assign(x.size(), 0.0);
      round_.model({rows, x, request}, y_);
      reply_.add("y", y_, {count, round_.width});
    }
    host_.send(reply_);
  }
  [[nodiscard]] std::int64_t calls() const { return meter_.used(); }

 private:
  HostLink& host_;
  const Round& round_;
  CallMeter meter_;
  std::vector<double> y_;
  Message reply_;
};

}  // namespace

CallMeter::CallMeter(std::int64_t rows, std::int64_t calls) : left_(static_cast<std::size_t>(rows), calls) {}

bool CallMeter::charge(std::span<const std::int32_t> rows) {
  std::size_t taken = 0;
  for (; taken < rows.size(); ++taken) {
    const std::int32_t row = rows[taken];
    if (row < 0 || std::cmp_greater_equal(row, left_.size())) {
      throw protocol_violation("the host asked about row " + std::to_string(row) + "; rows are 0 to " +
                               std::to_string(left_.size() - 1));
    }
    if (left_[static_cast<std::size_t>(row)] == 0) break;
    --left_[static_cast<std::size_t>(row)];
  }
  if (taken == rows.size()) {
    used_ += static_cast<std::int64_t>(taken);
    return true;
  }
  while (taken > 0) ++left_[static_cast<std::size_t>(rows[--taken])];
  return false;
}

Samples generate(HostLink& host, Message begin, const Round& round) {
  begin.set("rows", round.rows).set("width", round.width).set("calls", round.calls);
  host.send(begin);
  Answering answering(host, round);
  while (true) {
    const Message& message = host.receive();
    if (message.kind() == "ask") {
      answering.answer(message);
    } else if (message.kind() == "samples") {
      const auto values = message.values<double>("samples", {round.rows, round.width});
      Samples samples{{values.begin(), values.end()}, answering.calls()};
      host.send(Message("received"));
      return samples;
    } else {
      throw protocol_violation("the host sent '" + message.kind() + "' where ask or samples is expected");
    }
  }
}

void finish_generating(HostLink& host) { (void)host.ask(Message("finish"), "finished"); }

}  // namespace mls::judge
