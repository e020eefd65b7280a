// Owns data, network and training; the host turns gradients into updates.
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include <Eigen/Dense>

#include "judge/train.hpp"

namespace {

using namespace mls;

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Weights = Eigen::Map<Matrix>;

constexpr std::int64_t examples = 2000;

void fill(Matrix& matrix, Rng& rng, double scale) {
  for (float& value : matrix.reshaped()) value = static_cast<float>(rng.normal(0, scale));
}

/// Inputs, and what a random network of one hidden layer makes of them.
struct Examples {
  Matrix x;  // [examples, inputs]
  Matrix y;  // [examples, 1], variance 1
};

class Source {
 public:
  Source(const judge::Params& params, Rng rng)
      : present_(params.real("present")), first_(params.integer("inputs"), 16), second_(16, 1) {
    fill(first_, rng, 1.5 / std::sqrt(present_ * static_cast<double>(first_.rows())));
    fill(second_, rng, 1);
    for (Eigen::Index i = 0; i < first_.rows(); ++i)
      scales_.push_back(std::pow(10.0F, static_cast<float>(-params.real("decades") * rng.uniform())));
  }

  [[nodiscard]] Examples draw(Rng rng) const {
    Examples drawn{Matrix(examples, first_.rows()), {}};
    fill(drawn.x, rng, 1);
    for (float& value : drawn.x.reshaped())
      if (rng.uniform() > present_) value = 0;
    drawn.y = (drawn.x * first_).array().tanh().matrix() * second_;
    drawn.y.array() -= drawn.y.mean();
    drawn.y /= std::sqrt(drawn.y.squaredNorm() / static_cast<float>(examples));
    for (Eigen::Index i = 0; i < drawn.x.cols(); ++i) drawn.x.col(i) *= scales_[static_cast<std::size_t>(i)];
    return drawn;
  }

 private:
  double present_;
  Matrix first_;
  Matrix second_;
  std::vector<float> scales_;
};

/// x -> tanh(x A + a) b, on batches drawn with replacement.
class Network : public judge::Trainee {
 public:
  Network(const judge::Params& params, const Examples& training, Rng weights, Rng batches)
      : training_(training),
        inputs_(training.x.cols()),
        width_(params.integer("width")),
        batch_(params.integer("batch")),
        batches_(batches) {
    values_.resize(static_cast<std::size_t>(inputs_ * width_ + 2 * width_), 0.0F);
    const double scale = 1 / std::sqrt(static_cast<double>(inputs_));
    for (float& value : std::span(values_).first(static_cast<std::size_t>(inputs_ * width_)))
      value = static_cast<float>(weights.normal(0, scale));
  }

  [[nodiscard]] std::vector<judge::Parameter> parameters() const override {
    return {{{inputs_, width_}, "matrix"}, {{width_}, "bias"}, {{width_, 1}, "matrix"}};
  }
  [[nodiscard]] std::span<float> values() override { return values_; }

  double gradient(std::int64_t, std::span<float> gradient) override {
    Matrix x(batch_, inputs_);
    Matrix y(batch_, 1);
    for (Eigen::Index i = 0; i < batch_; ++i) {
      const auto example = static_cast<Eigen::Index>(batches_.below(examples));
      x.row(i) = training_.x.row(example);
      y.row(i) = training_.y.row(example);
    }
    const Matrix hidden = hidden_units(x);
    const Matrix error = hidden * output() - y;
    const Matrix back = error * (2 / static_cast<float>(batch_));
    const Matrix inner = (back * output().transpose()).array() * (1 - hidden.array().square());
    Weights(gradient.data(), inputs_, width_) = x.transpose() * inner;
    Weights(gradient.data() + inputs_ * width_, 1, width_) = inner.colwise().sum();
    Weights(gradient.data() + inputs_ * width_ + width_, width_, 1) = hidden.transpose() * back;
    return error.squaredNorm() / static_cast<double>(batch_);
  }

  [[nodiscard]] double error_on(const Examples& test) {
    return (hidden_units(test.x) * output() - test.y).squaredNorm() / static_cast<double>(test.y.rows());
  }

 private:
  [[nodiscard]] Weights output() { return {values_.data() + inputs_ * width_ + width_, width_, 1}; }
  [[nodiscard]] Matrix hidden_units(const Matrix& x) {
    const Weights weights(values_.data(), inputs_, width_);
    const Weights bias(values_.data() + inputs_ * width_, 1, width_);
    return ((x * weights).rowwise() + bias.row(0)).array().tanh();
  }

  const Examples& training_;
  std::int64_t inputs_;
  std::int64_t width_;
  std::int64_t batch_;
  Rng batches_;
  std::vector<float> values_;
};

judge::Metrics run(judge::Run& run) {
  // Data belong to the setting; seeds vary initial weights and batches.
  const Source source(run.params, run.draws.setting_rng("source"));
  const Examples training = source.draw(run.draws.setting_rng("training"));
  Network network(run.params, training, run.draws.rng("weights"), run.draws.rng("batches"));
  const std::int64_t steps = run.params.integer("steps");
  const auto cosine = [steps](std::int64_t step) {
    return 0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
  };
  (void)judge::train(run.host, network, {.steps = steps, .scale = cosine});
  const double error = network.error_on(source.draw(run.draws.setting_rng("test")));
  // Diverged training is an outcome like any other: no better than answering the mean.
  return {{"error", std::isfinite(error) ? std::min(error, 1.0) : 1.0}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
