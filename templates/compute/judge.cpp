// Fresh matrices for every call; times the host in turn with a product of its own and compares every number.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "judge/compute.hpp"
#include "judge/task.hpp"

namespace {

/// Before timing counts: caches, page tables and the processor's frequency settle. The method cannot tell.
constexpr int warm_up = 3;
/// Of the deviation of a number of the product. Orders of summation differ by 1e-6.
constexpr double tolerance = 1e-4;

struct Shape {
  std::int64_t rows;
  std::int64_t inner;
  std::int64_t columns;
};

std::vector<float> normals(std::int64_t count, mls::Rng& rng) {
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = static_cast<float>(rng.normal());
  return values;
}

/// c = a b, row by row.
void multiply(const Shape& shape, const std::vector<float>& a, const std::vector<float>& b,
              std::vector<float>& c) {
  std::fill(c.begin(), c.end(), 0.0F);
  for (std::int64_t i = 0; i < shape.rows; ++i) {
    float* row = c.data() + i * shape.columns;
    for (std::int64_t p = 0; p < shape.inner; ++p) {
      const float factor = a[static_cast<std::size_t>(i * shape.inner + p)];
      const float* other = b.data() + p * shape.columns;
      for (std::int64_t j = 0; j < shape.columns; ++j) row[j] += factor * other[j];
    }
  }
}

class Rounds {
 public:
  explicit Rounds(mls::judge::Run& run)
      : shape_{run.params.integer("rows"), run.params.integer("inner"), run.params.integer("columns")},
        rng_(run.draws.rng("inputs")),
        calls_(run.host, run.draws.rng("keys")),
        expected_(static_cast<std::size_t>(shape_.rows * shape_.columns)) {
    mls::Message start("start");
    start.set("rows", shape_.rows).set("inner", shape_.inner).set("columns", shape_.columns);
    run.host.send(start);
  }

  void play() {
    const std::vector<float> a = normals(shape_.rows * shape_.inner, rng_);
    const std::vector<float> b = normals(shape_.inner * shape_.columns, rng_);
    calls_.deliver(mls::Message("inputs").add("a", a).add("b", b));
    const double reference_s = calls_.time_reference([&] { multiply(shape_, a, b, expected_); });
    const auto answer = calls_.go();
    check(answer.output);
    if (call_++ < warm_up) return;
    reference_s_.push_back(reference_s);
    method_s_.push_back(answer.seconds);
  }

  [[nodiscard]] mls::judge::Metrics end() {
    calls_.end();
    const double ratio = mls::judge::undisturbed(reference_s_) / mls::judge::undisturbed(method_s_);
    return {{"speed", std::log(ratio)}, {"error", largest_error_}};
  }

 private:
  void check(const mls::Message& output) {
    const auto c = output.values<float>("c", {static_cast<std::int64_t>(expected_.size())});
    const double deviation = std::sqrt(static_cast<double>(shape_.inner));
    for (std::size_t at = 0; at < c.size(); ++at) {
      const double error = std::abs(double{c[at]} - double{expected_[at]}) / deviation;
      largest_error_ = std::max(largest_error_, error);
      if (error <= tolerance) continue;
      throw mls::judge::invalid_output("call " + std::to_string(call_) + ", number " + std::to_string(at) +
                                       ": " + std::to_string(c[at]) + " where the product is " +
                                       std::to_string(expected_[at]));
    }
  }

  Shape shape_;
  mls::Rng rng_;
  mls::judge::TimedCalls calls_;
  std::vector<float> expected_;
  std::vector<double> reference_s_;
  std::vector<double> method_s_;
  double largest_error_ = 0;
  int call_ = 0;
};

mls::judge::Metrics run(mls::judge::Run& run) {
  Rounds rounds(run);
  for (std::int64_t i = 0; i < warm_up + run.params.integer("rounds"); ++i) rounds.play();
  return rounds.end();
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = run});
}
