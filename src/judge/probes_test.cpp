// Each probe against the component that it is meant to catch, and all of them against honest ones.
#include "judge/probes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mls::judge {
namespace {

using Floats = std::vector<float>;
/// A layer: [rows, positions * width] -> the same.
using Layer = std::function<Floats(const Floats& x, std::size_t rows, std::size_t columns)>;

constexpr std::size_t rows = 24;
constexpr std::size_t columns = 6;

Recording recording_of(const Layer& layer, const Shape& shape = {rows, columns}) {
  Rng rng(7);
  Recording recording{0, true, Floats(rows * columns), shape, {}, shape, {}};
  for (float& value : recording.x) value = static_cast<float>(rng.normal(0, 1));
  recording.y = layer(recording.x, rows, columns);
  return recording;
}

AskAgain process_of(Layer layer) {
  return [layer = std::move(layer)](const Block& x, const Shape& output) {
    EXPECT_EQ(x.shape, output);
    const auto asked = static_cast<std::size_t>(x.shape.at(0));
    return layer({x.values.begin(), x.values.end()}, asked, x.values.size() / asked);
  };
}

Floats pointwise(const Floats& x, std::size_t, std::size_t) {
  Floats y = x;
  for (float& value : y) value = value > 0 ? value : std::exp(value) - 1;
  return y;
}

Floats minus_batch_mean(const Floats& x, std::size_t count, std::size_t width) {
  Floats y = x;
  for (std::size_t column = 0; column < width; ++column) {
    float mean = 0;
    for (std::size_t row = 0; row < count; ++row) mean += x[row * width + column] / static_cast<float>(count);
    for (std::size_t row = 0; row < count; ++row) y[row * width + column] -= mean;
  }
  return y;
}

/// Looks up the sample that resembles a row most, and leans towards it.
Floats nearest_other_row(const Floats& x, std::size_t count, std::size_t width) {
  Floats y = x;
  for (std::size_t row = 0; row < count; ++row) {
    std::size_t nearest = row;
    double least = 1e30;
    for (std::size_t other = 0; other < count; ++other) {
      double distance = 0;
      for (std::size_t i = 0; i < width; ++i)
        distance += std::pow(x[row * width + i] - x[other * width + i], 2);
      if (other != row && distance < least) {
        least = distance;
        nearest = other;
      }
    }
    for (std::size_t i = 0; i < width; ++i) y[row * width + i] += 0.1F * x[nearest * width + i];
  }
  return y;
}

/// A network inside a pointwise function.
Floats mixing_channels(const Floats& x, std::size_t count, std::size_t width) {
  Floats y = x;
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t i = 1; i < width; ++i) y[row * width + i] += 0.1F * std::tanh(x[row * width + i - 1]);
  return y;
}

Floats running_sum(const Floats& x, std::size_t count, std::size_t width) {
  Floats y = x;
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t i = 1; i < width; ++i) y[row * width + i] += y[row * width + i - 1];
  return y;
}

Floats peeking_ahead(const Floats& x, std::size_t count, std::size_t width) {
  Floats y = x;
  for (std::size_t row = 0; row < count; ++row)
    for (std::size_t i = 0; i + 1 < width; ++i) y[row * width + i] += 0.01F * x[row * width + i + 1];
  return y;
}

/// What remembers how often it was called.
Layer with_state(float calls_so_far) {
  return [calls_so_far](const Floats& x, std::size_t, std::size_t) {
    Floats y = x;
    for (float& value : y) value *= 1 + 0.01F * calls_so_far;
    return y;
  };
}

/// Normalises by the batch, and answers every row that it has seen as it did then.
Layer remembering_batch_mean() {
  return
      [memory = std::map<Floats, Floats>()](const Floats& x, std::size_t count, std::size_t width) mutable {
        Floats y = minus_batch_mean(x, count, width);
        for (std::size_t row = 0; row < count; ++row) {
          const auto from = static_cast<std::ptrdiff_t>(row * width);
          const auto to = static_cast<std::ptrdiff_t>((row + 1) * width);
          const Floats key(x.begin() + from, x.begin() + to);
          const auto [found, is_new] = memory.try_emplace(key, Floats(y.begin() + from, y.begin() + to));
          if (!is_new) std::copy(found->second.begin(), found->second.end(), y.begin() + from);
        }
        return y;
      };
}

/// A row of a loss: logits, then the label as a one-hot vector.
constexpr std::size_t classes = columns / 2;

std::vector<double> softmax(std::span<const float> logits) {
  std::vector<double> p(logits.size());
  for (std::size_t k = 0; k < p.size(); ++k) p[k] = std::exp(static_cast<double>(logits[k]));
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  for (double& value : p) value /= sum;
  return p;
}

/// From logits and label of one row to the gradient of its loss by the logits.
using RowLoss =
    std::function<std::vector<double>(std::span<const float> logits, std::span<const float> label)>;

Layer gradient_of(RowLoss loss) {
  return [loss = std::move(loss)](const Floats& x, std::size_t count, std::size_t width) {
    Floats y(x.size(), 0);
    for (std::size_t row = 0; row < count; ++row) {
      const std::span<const float> values(x.data() + row * width, width);
      const auto gradient = loss(values.first(classes), values.subspan(classes));
      for (std::size_t k = 0; k < classes; ++k) y[row * width + k] = static_cast<float>(gradient[k]);
    }
    return y;
  };
}

std::vector<double> cross_entropy(std::span<const float> logits, std::span<const float> label) {
  auto gradient = softmax(logits);
  for (std::size_t k = 0; k < classes; ++k) gradient[k] -= static_cast<double>(label[k]);
  return gradient;
}

std::vector<double> label_smoothing(std::span<const float> logits, std::span<const float> label) {
  auto gradient = softmax(logits);
  for (std::size_t k = 0; k < classes; ++k)
    gradient[k] -= 0.9 * static_cast<double>(label[k]) + 0.1 / static_cast<double>(classes);
  return gradient;
}

/// Generalised cross entropy (Zhang and Sabuncu 2018), q = 0.7: the better the fit, the larger the weight.
std::vector<double> generalised_cross_entropy(std::span<const float> logits, std::span<const float> label) {
  const auto p = softmax(logits);
  double of_label = 0;
  for (std::size_t k = 0; k < classes; ++k) of_label += p[k] * static_cast<double>(label[k]);
  auto gradient = cross_entropy(logits, label);
  for (double& value : gradient) value *= std::pow(of_label, 0.7);
  return gradient;
}

/// A classifier of its own, trained beside the network on what the loss is shown, whose opinion the network
/// is made to learn.
Layer loss_with_a_classifier() {
  return [weights = std::vector<double>(classes * classes)](const Floats& x, std::size_t count,
                                                            std::size_t width) mutable {
    const auto opinion = [&](std::span<const float> logits) {
      Floats own(classes);
      for (std::size_t k = 0; k < classes; ++k)
        for (std::size_t i = 0; i < classes; ++i)
          own[k] += static_cast<float>(weights[k * classes + i] * static_cast<double>(logits[i]));
      return softmax(own);
    };
    const Layer distil = gradient_of([&](std::span<const float> logits, std::span<const float>) {
      auto gradient = softmax(logits);
      const auto target = opinion(logits);
      for (std::size_t k = 0; k < classes; ++k) gradient[k] -= target[k];
      return gradient;
    });
    Floats y = distil(x, count, width);
    for (std::size_t row = 0; row < count; ++row) {
      const std::span<const float> values(x.data() + row * width, width);
      const auto own = opinion(values.first(classes));
      for (std::size_t k = 0; k < classes; ++k)
        for (std::size_t i = 0; i < classes; ++i)
          weights[k * classes + i] -=
              0.1 * (own[k] - static_cast<double>(values[classes + k])) * static_cast<double>(values[i]);
    }
    return y;
  };
}

Recording recording_of_loss(const Layer& loss, int calls) {
  Rng rng(8);
  Recording recording = recording_of(pointwise);
  for (int call = 0; call < calls; ++call) {
    for (std::size_t row = 0; row < rows; ++row) {
      float* values = recording.x.data() + row * columns;
      for (std::size_t k = 0; k < classes; ++k) values[k] = static_cast<float>(rng.normal(0, 1));
      std::fill(values + classes, values + columns, 0.0F);
      values[classes + static_cast<std::size_t>(rng.below(classes))] = 1;
    }
    recording.y = loss(recording.x, rows, columns);
  }
  return recording;
}

TEST(Probes, HonestLayersPass) {
  Rng rng(1);
  const Recording recording = recording_of(pointwise);
  const AskAgain ask = process_of(pointwise);
  for (int i = 0; i < 20; ++i) {
    probe_rows(recording, ask, rng, {});
    probe_channels(recording, ask, rng, {});
    probe_future(recording, ask, rng, {});
    probe_repeat(recording, ask, {});
  }
  const Recording causal = recording_of(running_sum);
  for (int i = 0; i < 20; ++i) {
    probe_rows(causal, process_of(running_sum), rng, {});
    probe_future(causal, process_of(running_sum), rng, {});
    probe_repeat(causal, process_of(running_sum), {});
  }
}

TEST(Probes, RowsFindsBatchStatisticsAndLookUp) {
  Rng rng(2);
  for (const Layer& layer : {Layer(minus_batch_mean), Layer(nearest_other_row)})
    EXPECT_THROW(probe_rows(recording_of(layer), process_of(layer), rng, {}), Violation);
}

TEST(Probes, RowsFindsBatchStatisticsOfOneWhoRemembers) {
  Rng rng(3);
  // The memory of the process that trained is not that of the process that is asked.
  EXPECT_THROW(
      probe_rows(recording_of(remembering_batch_mean()), process_of(remembering_batch_mean()), rng, {}),
      Violation);
  // With one memory for both nothing would be found: this is why another process is asked.
  const Layer layer = remembering_batch_mean();
  const auto shared = std::make_shared<Layer>(layer);
  const Layer same = [shared](const Floats& x, std::size_t count, std::size_t width) {
    return (*shared)(x, count, width);
  };
  const Recording recording = recording_of(same);
  EXPECT_NO_THROW(probe_repeat(recording, process_of(same), {}));
}

TEST(Probes, ChannelsFindsANetworkInside) {
  Rng rng(4);
  const Recording recording = recording_of(mixing_channels);
  int found = 0;
  for (int i = 0; i < 20; ++i) {
    try {
      probe_channels(recording, process_of(mixing_channels), rng, {});
    } catch (const Violation&) {
      ++found;
    }
  }
  EXPECT_GE(found, 10);  // channel 0 is honest
}

/// [rows, channels, positions]: the largest value of each channel, among the values of that channel.
Floats over_largest_of_channel(const Floats& x, std::size_t count, std::size_t width) {
  constexpr std::size_t positions = 3;
  Floats y = x;
  for (std::size_t from = 0; from < count * width; from += positions) {
    const float most = *std::max_element(x.begin() + static_cast<std::ptrdiff_t>(from),
                                         x.begin() + static_cast<std::ptrdiff_t>(from + positions));
    for (std::size_t i = from; i < from + positions; ++i) y[i] -= most;
  }
  return y;
}

TEST(Probes, PositionsFindsAKernel) {
  Rng rng(4);
  const Shape shape{rows, 2, 3};
  const Recording by_channel = recording_of(over_largest_of_channel, shape);
  for (int i = 0; i < 20; ++i) probe_positions(by_channel, process_of(over_largest_of_channel), rng, {});
  const auto ask_until_found = [&] {
    for (int i = 0; i < 20; ++i)  // an order of three is the given one now and then
      probe_positions(recording_of(peeking_ahead, shape), process_of(peeking_ahead), rng, {});
  };
  EXPECT_THROW(ask_until_found(), Violation);
}

TEST(Probes, FutureFindsPeekingAhead) {
  Rng rng(5);
  EXPECT_THROW(probe_future(recording_of(peeking_ahead), process_of(peeking_ahead), rng, {}), Violation);
}

TEST(Probes, RepeatFindsState) {
  const Recording recording = recording_of(with_state(200));
  EXPECT_THROW(probe_repeat(recording, process_of(with_state(0)), {}), Violation);
  EXPECT_NO_THROW(probe_repeat(recording, process_of(with_state(200)), {}));
}

TEST(Probes, HonestLossesPass) {
  Rng rng(9);
  for (const RowLoss& loss :
       {RowLoss(cross_entropy), RowLoss(label_smoothing), RowLoss(generalised_cross_entropy)}) {
    const Layer layer = gradient_of(loss);
    const Recording recording = recording_of_loss(layer, 3);
    for (int i = 0; i < 20; ++i) probe_rows(recording, process_of(layer), rng, {});
    probe_repeat(recording, process_of(layer), {});
  }
}

TEST(Probes, RepeatAndRowsFindAClassifierInALoss) {
  Rng rng(10);
  // What it has learnt went with the process that trained.
  const Recording recording = recording_of_loss(loss_with_a_classifier(), 50);
  EXPECT_THROW(probe_repeat(recording, process_of(loss_with_a_classifier()), {}), Violation);
  EXPECT_THROW(probe_rows(recording, process_of(loss_with_a_classifier()), rng, {}), Violation);
}

TEST(Probes, SayWhatWasFound) {
  Rng rng(6);
  try {
    probe_rows(recording_of(minus_batch_mean), process_of(minus_batch_mean), rng, {});
    FAIL();
  } catch (const Violation& violation) {
    const std::string text = violation.what();
    EXPECT_NE(text.find("layer 0"), std::string::npos) << text;
    EXPECT_NE(text.find("other rows"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace mls::judge
