// Trains a network of one hidden layer on a random teacher's labels. With `alone` the judge takes the same
// steps without a host. Metrics: last training loss, a checksum of all parameters' bits, seconds of the
// training.
#include <bit>
#include <chrono>
#include <cmath>
#include <vector>

#include <Eigen/Dense>

#include "judge/train.hpp"
#include "tests/tasks/train-step/momentum.hpp"

namespace {

using namespace mls;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Block = Eigen::Map<Matrix>;

class Network : public judge::Trainee {
 public:
  Network(const judge::Params& params, Rng& rng)
      : inputs_(params.integer("inputs")), width_(params.integer("width")), batch_(params.integer("batch")) {
    values_.resize(static_cast<std::size_t>(width_ * inputs_ + width_));
    const float scale = 1 / std::sqrt(static_cast<float>(inputs_));
    for (float& value : values_) value = scale * static_cast<float>(rng.normal(0, 1));
    x_ = Matrix(4 * batch_, inputs_);
    for (float& value : x_.reshaped()) value = static_cast<float>(rng.normal(0, 1));
    y_ = (x_.col(0).array() * x_.col(1).array()).matrix();
  }

  [[nodiscard]] std::vector<judge::Parameter> parameters() const override {
    return {{{width_, inputs_}, "matrix"}, {{width_}, "vector"}};
  }
  [[nodiscard]] std::span<float> values() override { return values_; }

  double gradient(std::int64_t step, std::span<float> gradient) override {
    const Block hidden_weights(values_.data(), width_, inputs_);
    const Block output_weights(values_.data() + width_ * inputs_, width_, 1);
    const auto x = x_.middleRows(step % 4 * batch_, batch_);
    const Matrix hidden = (x * hidden_weights.transpose()).array().tanh();
    const Matrix error = hidden * output_weights - y_.middleRows(step % 4 * batch_, batch_);
    const Matrix back = error * (2 / static_cast<float>(batch_));
    Block(gradient.data() + width_ * inputs_, width_, 1) = hidden.transpose() * back;
    const Matrix inner = (back * output_weights.transpose()).array() * (1 - hidden.array().square());
    Block(gradient.data(), width_, inputs_) = inner.transpose() * x;
    return error.squaredNorm() / static_cast<double>(batch_);
  }

 private:
  std::int64_t inputs_;
  std::int64_t width_;
  std::int64_t batch_;
  std::vector<float> values_;
  Matrix x_;
  Matrix y_;
};

double scale_at(std::int64_t step, std::int64_t steps) {
  return 0.5 * (1 + std::cos(M_PI * static_cast<double>(step) / static_cast<double>(steps)));
}

double train_alone(Network& network, std::int64_t steps) {
  const std::span<float> values = network.values();
  std::vector<float> gradient(values.size());
  std::vector<float> momentum(values.size());
  std::vector<float> update(values.size());
  double loss = 0;
  for (std::int64_t step = 0; step < steps; ++step) {
    loss = network.gradient(step, gradient);
    momentum_update(gradient, momentum, 0.05F * static_cast<float>(scale_at(step, steps)), update);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += update[i];
  }
  return loss;
}

judge::Metrics run(judge::Run& run) {
  Rng rng = run.draws.rng("model");
  Network network(run.params, rng);
  const std::int64_t steps = run.params.integer("steps");
  const auto start = std::chrono::steady_clock::now();
  judge::Metrics metrics;
  if (run.params.flag("alone")) {
    metrics["loss"] = train_alone(network, steps);
  } else {
    const judge::Trained trained =
        judge::train(run.host, network,
                     {.steps = steps, .scale = [steps](std::int64_t step) { return scale_at(step, steps); }});
    metrics["loss"] = trained.losses.empty() ? 0 : trained.losses.back();
    metrics["diverged"] = trained.diverged;
  }
  metrics["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::uint32_t checksum = 2166136261;
  for (const float value : network.values())
    checksum = (checksum ^ std::bit_cast<std::uint32_t>(value)) * 16777619;
  metrics["checksum"] = checksum;
  return metrics;
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
