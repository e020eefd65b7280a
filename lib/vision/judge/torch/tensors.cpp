#include "lib/vision/judge/torch/tensors.hpp"

#include <algorithm>

namespace mls::vision {

ImageTensors tensors_of(const LabelledImages& images) {
  const auto count = static_cast<std::int64_t>(images.count());
  ImageTensors out{torch::empty({count, images.size.channels, images.size.height, images.size.width}),
                   torch::empty({count}, torch::kLong)};
  std::ranges::copy(images.pixels, out.x.data_ptr<float>());
  std::ranges::copy(images.labels, out.y.data_ptr<std::int64_t>());
  return out;
}

}  // namespace mls::vision
