// Fresh inputs for every call; times the host against our own kernel in the same rounds and compares every
// number of every output with that kernel's.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "judge/compute.hpp"
#include "judge/task.hpp"
#include "lib/attention/judge/inputs.hpp"
#include "lib/attention/judge/reference.hpp"

namespace mls {
namespace {

using attention::Shape;

/// Before timing counts: caches, page tables and the processor's frequency settle. The method cannot tell.
constexpr int warm_up = 3;
/// Of the largest |v|. Two orders of summation in single precision differ by up to 2.1e-5 in the hardest rows
/// (the baselines, calibrated); half precision by 1e-3.
constexpr double tolerance = 5e-5;

Shape shape_of(const judge::Params& params) {
  const auto size = [&params](const char* name) { return static_cast<int>(params.integer(name)); };
  return {.batch = size("batch"),
          .heads = size("heads"),
          .kv_heads = size("kv_heads"),
          .tokens = size("tokens"),
          .head_dim = size("head_dim"),
          .scratch_bytes = static_cast<std::size_t>(params.integer("scratch_kb")) * 1024};
}

Message start_message(const Shape& shape) {
  Message start("start");
  start.set("batch", shape.batch).set("heads", shape.heads).set("kv_heads", shape.kv_heads);
  start.set("tokens", shape.tokens).set("head_dim", shape.head_dim);
  return start.set("scratch_bytes", static_cast<std::int64_t>(shape.scratch_bytes));
}

Message message_of(const Shape& shape, const attention::Inputs& inputs) {
  const mls::Shape q{shape.batch, shape.heads, shape.tokens, shape.head_dim};
  const mls::Shape k{shape.batch, shape.kv_heads, shape.tokens, shape.head_dim};
  return Message("inputs").add("q", inputs.q, q).add("k", inputs.k, k).add("v", inputs.v, k);
}

/// "head 2, token 100, component 3": where number `at` of an output stands.
std::string place_of(const Shape& shape, std::size_t at) {
  const std::size_t in_head = at % shape.head_size();
  const auto dim = static_cast<std::size_t>(shape.head_dim);
  return "head " + std::to_string(at / shape.head_size()) + ", token " + std::to_string(in_head / dim) +
         ", component " + std::to_string(in_head % dim);
}

struct Times {
  std::vector<double> reference;
  std::vector<double> method;
};

class Rounds {
 public:
  explicit Rounds(judge::Run& run)
      : shape_(shape_of(run.params)),
        rng_(run.draws.rng("inputs")),
        calls_(run.host, run.draws.rng("keys")),
        reference_(shape_) {}

  void play(Times* times) {
    const attention::Inputs inputs = attention::draw_inputs(shape_, rng_);
    expected_.resize(inputs.q.size());
    calls_.deliver(message_of(shape_, inputs));
    const double reference_s =
        calls_.time_reference([&] { reference_.run(inputs.q, inputs.k, inputs.v, expected_); });
    const auto answer = calls_.go();
    check(answer.output, inputs);
    ++call_;
    if (times == nullptr) return;
    times->reference.push_back(reference_s);
    times->method.push_back(answer.seconds);
  }

  void end() { calls_.end(); }
  [[nodiscard]] double largest_error() const { return largest_error_; }

 private:
  void check(const Message& output, const attention::Inputs& inputs) {
    const auto o = output.values<float>("o", {static_cast<std::int64_t>(expected_.size())});
    const double error = attention::relative_error(o, expected_, inputs.v);
    largest_error_ = std::max(largest_error_, error);
    if (error <= tolerance) return;
    std::size_t worst = 0;
    const auto off = [&](std::size_t at) { return std::abs(o[at] - expected_[at]); };
    for (std::size_t at = 0; at < o.size(); ++at) worst = off(at) > off(worst) ? at : worst;
    throw judge::invalid_output("call " + std::to_string(call_) + ", " + place_of(shape_, worst) + ": " +
                                std::to_string(o[worst]) + " where attention gives " +
                                std::to_string(expected_[worst]) + " (tolerance: 5e-5 of the largest |v|)");
  }

  Shape shape_;
  Rng rng_;
  judge::TimedCalls calls_;
  attention::Reference reference_;
  std::vector<float> expected_;
  double largest_error_ = 0;
  int call_ = 0;
};

judge::Metrics run(judge::Run& run) {
  run.host.send(start_message(shape_of(run.params)));
  Rounds rounds(run);
  for (int i = 0; i < warm_up; ++i) rounds.play(nullptr);
  Times times;
  for (std::int64_t i = 0; i < run.params.integer("rounds"); ++i) rounds.play(&times);
  rounds.end();
  const double speed = std::log(judge::undisturbed(times.reference) / judge::undisturbed(times.method));
  return {{"speed", speed}, {"error", rounds.largest_error()}};
}

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
