#include "lib/vision/judge/images.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/error.hpp"
#include "core/tensor.hpp"

namespace mls::vision {
namespace {

std::size_t offset(int row, int width) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(width);
}

/// Averages blocks of bytes into numbers in [0, 1].
void pool_into(std::span<const std::uint8_t> bytes, int width, int pool, const ImageSize& size,
               std::span<float> out) {
  const float scale = 1.0F / (255.0F * static_cast<float>(pool * pool));
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      int sum = 0;
      for (int dy = 0; dy < pool; ++dy) {
        for (int dx = 0; dx < pool; ++dx)
          sum += bytes[offset(y * pool + dy, width) + static_cast<std::size_t>(x * pool + dx)];
      }
      out[offset(y, size.width) + static_cast<std::size_t>(x)] = static_cast<float>(sum) * scale;
    }
  }
}

struct Moments {
  double mean = 0;
  double deviation = 1;
};

Moments moments_of(const LabelledImages& images, int channel) {
  const std::size_t plane =
      static_cast<std::size_t>(images.size.height) * static_cast<std::size_t>(images.size.width);
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < images.count(); ++i) {
    for (const float value : images.image(i).subspan(static_cast<std::size_t>(channel) * plane, plane)) {
      sum += value;
      squares += static_cast<double>(value) * value;
    }
  }
  const double n = static_cast<double>(images.count() * plane);
  const double mean = sum / n;
  return {mean, std::sqrt(std::max(squares / n - mean * mean, 1e-12))};
}

void rescale(LabelledImages& images, int channel, const Moments& moments) {
  const std::size_t plane =
      static_cast<std::size_t>(images.size.height) * static_cast<std::size_t>(images.size.width);
  for (std::size_t i = 0; i < images.count(); ++i) {
    for (float& value : images.image(i).subspan(static_cast<std::size_t>(channel) * plane, plane))
      value = static_cast<float>((value - moments.mean) / moments.deviation);
  }
}

}  // namespace

LabelledImages sample(const data::ByteArray& images, const data::ByteArray& labels, int count, int pool,
                      Rng& rng) {
  if (images.shape.size() != 3 || labels.shape != Shape{images.shape[0]})
    throw bad_input(fmt::format("images {} and labels {} do not belong together", to_string(images.shape),
                                to_string(labels.shape)));
  const int total = static_cast<int>(images.shape[0]);
  const int height = static_cast<int>(images.shape[1]);
  const int width = static_cast<int>(images.shape[2]);
  if (count > total || pool < 1 || height % pool != 0 || width % pool != 0)
    throw bad_input(
        fmt::format("{} images in blocks of {} asked of {}", count, pool, to_string(images.shape)));

  LabelledImages out{{1, height / pool, width / pool}, {}, {}};
  out.pixels.resize(static_cast<std::size_t>(count) * out.size.values());
  const std::vector<int> order = rng.permutation(total);
  const auto bytes = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const auto from = static_cast<std::size_t>(order[i]);
    out.labels.push_back(labels.values[from]);
    pool_into(std::span(images.values).subspan(from * bytes, bytes), width, pool, out.size,
              std::span(out.pixels).subspan(i * out.size.values(), out.size.values()));
  }
  return out;
}

void standardise(Dataset& data) {
  for (int channel = 0; channel < data.train.size.channels; ++channel) {
    const Moments moments = moments_of(data.train, channel);
    rescale(data.train, channel, moments);
    rescale(data.test, channel, moments);
  }
}

void permute_classes(Dataset& data, Rng& rng) {
  const std::vector<int> names = rng.permutation(data.classes);
  for (LabelledImages* const part : {&data.train, &data.test}) {
    for (std::int64_t& label : part->labels) label = names.at(static_cast<std::size_t>(label));
  }
}

}  // namespace mls::vision
