// Metric: microseconds per round trip, measured by the judge.
#include <algorithm>
#include <chrono>

#include "judge/compute.hpp"
#include "judge/decide.hpp"
#include "judge/generate.hpp"
#include "judge/oracle.hpp"
#include "judge/rollout.hpp"
#include "judge/task.hpp"

namespace {

using namespace mls;

void serve_oracle(judge::Run& run, std::int64_t count, std::int64_t size) {
  const std::vector<double> gradient(static_cast<std::size_t>(size), 1.0);
  const std::vector<judge::Operation> operations{
      {"value",
       [size](const Message& request) {
         return static_cast<std::int64_t>(request.values<double>("x", {size}).size()) > 0 ? 1 : 0;
       },
       [&](const Message&, Message& answer) { answer.add("gradient", gradient); }}};
  judge::Ledger ledger(count);
  judge::serve(run.host, ledger, operations);
}

class Still : public judge::Environments {
 public:
  explicit Still(int count) : count_(count) {}
  [[nodiscard]] int count() const override { return count_; }
  [[nodiscard]] int observation_size() const override { return 4; }
  [[nodiscard]] int action_count() const override { return 2; }
  void observe(std::span<double>) override {}
  void step(std::span<const std::int32_t>, std::span<double>, std::span<std::uint8_t>) override {}

 private:
  int count_;
};

/// Shows `size` numbers and wants one of two.
class Choices : public judge::Decisions {
 public:
  Choices(std::int64_t count, std::int64_t size)
      : left_(count), shown_(static_cast<std::size_t>(size), 1.0) {}
  bool present(Message& situation) override {
    if (left_-- == 0) return false;
    situation.add("shown", shown_);
    return true;
  }
  [[nodiscard]] std::int64_t count() const override { return 1; }
  [[nodiscard]] std::int32_t options() const override { return 2; }
  void apply(std::span<const std::int32_t>) override {}

 private:
  std::int64_t left_;
  std::vector<double> shown_;
};

/// A model that repeats `size` numbers of a single row.
void serve_model(judge::HostLink& host, std::int64_t count, std::int64_t size) {
  const judge::Round round{.rows = 1,
                           .width = size,
                           .calls = count,
                           .model = [](const judge::Question& question, std::span<double> y) {
                             std::ranges::copy(question.x, y.begin());
                           }};
  (void)judge::generate(host, Message("begin"), round);
  judge::finish_generating(host);
}

/// Timed calls whose output is one of `size` inputs: each is two messages to and fro.
void time_calls(judge::Run& run, std::int64_t count, std::int64_t size) {
  const std::vector<float> x(static_cast<std::size_t>(size), 1.0F);
  Message inputs("inputs");
  inputs.add("x", x);
  judge::TimedCalls calls(run.host, run.draws.rng("keys"));
  for (std::int64_t i = 0; i < count; ++i) {
    calls.deliver(inputs);
    (void)calls.go();
  }
  calls.end();
}

judge::Metrics run(judge::Run& run) {
  const std::string protocol = run.params.text("protocol");
  const std::int64_t count = run.params.integer("count");
  const std::int64_t size = run.params.integer("size");
  run.host.send(Message("begin").set("protocol", protocol).set("count", count).set("size", size));
  const auto start = std::chrono::steady_clock::now();
  if (protocol == "oracle") serve_oracle(run, count, size);
  if (protocol == "rollout") {
    Still environments(static_cast<int>(size));
    judge::rollout(run.host, environments, count);
  }
  if (protocol == "decide") {
    Choices choices(count, size);
    judge::decide(run.host, choices);
  }
  if (protocol == "generate") serve_model(run.host, count, size);
  if (protocol == "compute") time_calls(run, count, size);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return {{"microseconds", seconds * 1e6 / static_cast<double>(std::max<std::int64_t>(count, 1))}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = {}, .run = run}); }
