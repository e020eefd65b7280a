#include "judge/gradient_probe.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "judge/task.hpp"

namespace mls::judge {
namespace {

constexpr std::size_t n = 64;

/// y_i = tanh(a_i x_i) x b_(i + 1): two parameter tensors a and b of the only layer, after one of another
/// layer.
std::vector<float> output(std::span<const float> parameters, std::span<const float> x) {
  std::vector<float> y(n);
  for (std::size_t i = 0; i < n; ++i)
    y[i] = std::tanh(parameters[n + i] * x[i]) * parameters[2 * n + (i + 1) % n];
  return y;
}

const std::vector<ComponentParameter> tensors{{0, 0, n, false}, {1, n, n, false}, {1, 2 * n, n, false}};

GradientRecording honest() {
  Rng rng(1);
  GradientRecording recording;
  recording.call.layer = 1;
  recording.call.x.resize(n);
  recording.call.parameters.resize(3 * n);
  recording.of_y.resize(n);
  for (auto* values : {&recording.call.x, &recording.call.parameters, &recording.of_y})
    for (float& value : *values) value = static_cast<float>(rng.normal());
  recording.of_x.assign(n, 0);
  recording.of_parameters.assign(3 * n, 0);
  const auto& x = recording.call.x;
  const auto& p = recording.call.parameters;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t b = 2 * n + (i + 1) % n;
    const float t = std::tanh(p[n + i] * x[i]);
    recording.of_x[i] = recording.of_y[i] * (1 - t * t) * p[n + i] * p[b];
    recording.of_parameters[n + i] = recording.of_y[i] * (1 - t * t) * x[i] * p[b];
    recording.of_parameters[b] = recording.of_y[i] * t;
  }
  return recording;
}

void probe(const GradientRecording& recording) {
  Rng rng(2);
  for (int k = 0; k < 20; ++k) probe_gradients(recording, tensors, output, rng);
}

TEST(GradientProbe, LetsTrueGradientsPass) { EXPECT_NO_THROW(probe(honest())); }

TEST(GradientProbe, LetsStoppedGradientsPass) {
  GradientRecording recording = honest();
  std::fill(recording.of_x.begin(), recording.of_x.begin() + n / 2, 0.0F);
  EXPECT_NO_THROW(probe(recording));
}

TEST(GradientProbe, FindsScaledOnes) {
  GradientRecording recording = honest();
  for (float& value : recording.of_x) value *= 2;
  for (float& value : recording.of_parameters) value *= 2;
  EXPECT_THROW(probe(recording), Violation);
}

TEST(GradientProbe, FindsSignsInPlaceOfGradients) {
  GradientRecording recording = honest();
  double size = 0;
  for (std::size_t i = n; i < 3 * n; ++i) size += std::abs(recording.of_parameters[i]) / (2 * n);
  for (std::size_t i = n; i < 3 * n; ++i)
    recording.of_parameters[i] = std::copysign(static_cast<float>(size), recording.of_parameters[i]);
  recording.of_x = recording.of_parameters;
  recording.of_x.resize(n);
  EXPECT_THROW(probe(recording), Violation);
}

TEST(GradientProbe, DoesNotLookAtOtherLayers) {
  GradientRecording recording = honest();
  std::fill(recording.of_parameters.begin(), recording.of_parameters.begin() + n, 5.0F);
  EXPECT_NO_THROW(probe(recording));
}

}  // namespace
}  // namespace mls::judge
