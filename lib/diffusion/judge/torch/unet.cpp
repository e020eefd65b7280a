#include "lib/diffusion/judge/torch/unet.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <utility>

#include "lib/diffusion/shared/noise_schedule.hpp"

namespace mls::diffusion {
namespace {

constexpr int groups = 4;
constexpr int frequencies = 8;

torch::Tensor normalized(const torch::Tensor& x, const torch::Tensor& gain, const torch::Tensor& shift) {
  return torch::group_norm(x, groups, gain, shift, 1e-5);
}

/// Sines and cosines of t at frequencies from half a turn to 64: [n, 2 x frequencies].
torch::Tensor waves(const torch::Tensor& t) {
  std::vector<torch::Tensor> parts;
  for (int k = 0; k < frequencies; ++k) {
    const torch::Tensor angle = t * (std::numbers::pi * std::exp2(k));
    parts.push_back(torch::sin(angle));
    parts.push_back(torch::cos(angle));
  }
  return torch::stack(parts, 1);
}

torch::Tensor drawn(at::IntArrayRef shape, Rng& rng) {
  torch::Tensor tensor = torch::empty(shape);
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    tensor.data_ptr<float>()[i] = static_cast<float>(rng.normal());
  return tensor;
}

torch::Tensor as_column(const torch::Tensor& x) { return x.reshape({-1, 1, 1, 1}); }

}  // namespace

int UNet::zero(int layer) {
  // A layer's weight and bias are the last two parameters when it has just been added.
  const torch::NoGradGuard no_graph;
  const auto& parameters = layers_.parameters();
  for (std::size_t i = parameters.size() - 2; i < parameters.size(); ++i) parameters[i].value.zero_();
  return layer;
}

UNet::Norm UNet::norm_of(int channels) {
  const Norm norm{torch::ones({channels}).set_requires_grad(true),
                  torch::zeros({channels}).set_requires_grad(true)};
  extra_.push_back({norm.gain, false});
  extra_.push_back({norm.shift, false});
  return norm;
}

UNet::Block UNet::block_of(int channels) {
  Block block;
  block.norm1 = norm_of(channels);
  block.convolution1 = layers_.add_convolution({.in = channels, .out = channels, .kernel = 3});
  block.norm2 = norm_of(channels);
  block.modulation = zero(layers_.add_linear(2 * shape_.width, 2 * channels));
  block.convolution2 = zero(layers_.add_convolution({.in = channels, .out = channels, .kernel = 3}));
  return block;
}

UNet::UNet(const UNetShape& shape, const Rng& rng) : shape_(shape), layers_(nn::Start::he, rng.split(0)) {
  if (shape.width < groups || shape.width % groups != 0)
    throw std::invalid_argument("the width of a U-Net must be a multiple of 4");
  const int width = shape.width;
  time_ = layers_.add_linear(2 * frequencies, 2 * width);
  stem_ = layers_.add_convolution({.in = shape.channels, .out = width, .kernel = 3});
  first_ = block_of(width);
  down_ = layers_.add_convolution({.in = width, .out = 2 * width, .kernel = 3, .stride = 2});
  low1_ = block_of(2 * width);
  low2_ = block_of(2 * width);
  join_ = layers_.add_convolution({.in = 3 * width, .out = width, .kernel = 3});
  last_ = block_of(width);
  last_norm_ = norm_of(width);
  output_ = zero(layers_.add_convolution({.in = width, .out = shape.channels, .kernel = 3}));
  if (shape.classes > 0) {
    Rng start = rng.split(1);
    classes_ = drawn({shape.classes + 1, std::int64_t{2} * width}, start).set_requires_grad(true);
    extra_.push_back({classes_, false});
  }
}

std::vector<nn::Parameter> UNet::parameters() const {
  std::vector<nn::Parameter> all = layers_.parameters();
  all.insert(all.end(), extra_.begin(), extra_.end());
  return all;
}

torch::Tensor UNet::condition(const torch::Tensor& t, const torch::Tensor& labels) const {
  const torch::Tensor time = layers_.apply(time_, waves(t));
  return torch::silu(classes_.defined() ? time + torch::embedding(classes_, labels) : time);
}

torch::Tensor UNet::apply(const Block& block, const torch::Tensor& x, const torch::Tensor& condition) const {
  torch::Tensor h =
      layers_.apply(block.convolution1, torch::silu(normalized(x, block.norm1.gain, block.norm1.shift)));
  const std::vector<torch::Tensor> modulation =
      layers_.apply(block.modulation, condition).unsqueeze(-1).unsqueeze(-1).chunk(2, 1);
  h = normalized(h, block.norm2.gain, block.norm2.shift) * (1 + modulation[0]) + modulation[1];
  return x + layers_.apply(block.convolution2, torch::silu(h));
}

torch::Tensor UNet::forward(const torch::Tensor& x, const torch::Tensor& t,
                            const torch::Tensor& labels) const {
  const torch::Tensor c = condition(t, labels);
  const torch::Tensor fine = apply(first_, layers_.apply(stem_, x), c);
  const torch::Tensor coarse = apply(low2_, apply(low1_, layers_.apply(down_, fine), c), c);
  const torch::Tensor up = coarse.repeat_interleave(2, 2).repeat_interleave(2, 3);
  const torch::Tensor joined = apply(last_, layers_.apply(join_, torch::cat({up, fine}, 1)), c);
  return layers_.apply(output_, torch::silu(normalized(joined, last_norm_.gain, last_norm_.shift)));
}

namespace {

/// One batch: noisy images with their times and labels, and what is to be predicted.
struct Lesson {
  torch::Tensor x, t, labels, target;
};

Lesson draw_lesson(const torch::Tensor& images, const torch::Tensor& labels, std::int64_t any,
                   double forget_label, Rng& rng) {
  Lesson lesson;
  const std::int64_t count = images.size(0);
  lesson.t = torch::empty({count});
  torch::Tensor alpha = torch::empty({count});
  torch::Tensor sigma = torch::empty({count});
  if (any > 0) lesson.labels = labels.clone();
  for (std::int64_t i = 0; i < count; ++i) {
    const double t = rng.uniform();
    const NoiseLevel level = cosine_schedule(t);
    lesson.t.data_ptr<float>()[i] = static_cast<float>(t);
    alpha.data_ptr<float>()[i] = static_cast<float>(level.alpha);
    sigma.data_ptr<float>()[i] = static_cast<float>(level.sigma);
    if (any > 0 && rng.bernoulli(forget_label)) lesson.labels.data_ptr<std::int64_t>()[i] = any;
  }
  const torch::Tensor noise = drawn(images.sizes(), rng);
  lesson.x = as_column(alpha) * images + as_column(sigma) * noise;
  lesson.target = as_column(alpha) * noise - as_column(sigma) * images;
  return lesson;
}

}  // namespace

nn::Trained train_denoiser(UNet& network, const torch::Tensor& images, const torch::Tensor& labels,
                           const DenoiserPlan& plan, const Rng& rng) {
  constexpr std::int64_t warm_up = 20;
  nn::BatchOrder order(images.size(0), plan.batch, rng.split(0));
  Rng noise = rng.split(1);
  nn::Adam adam(network.parameters(), {});
  const auto loss = [&](std::int64_t) {
    const torch::Tensor rows = order.next();
    const bool labelled = network.shape().classes > 0;
    const Lesson lesson =
        draw_lesson(images.index_select(0, rows), labelled ? labels.index_select(0, rows) : torch::Tensor(),
                    network.shape().classes, plan.forget_label, noise);
    return torch::mse_loss(network.forward(lesson.x, lesson.t, lesson.labels), lesson.target);
  };
  return nn::train({.loss = loss,
                    .parameters = network.parameters(),
                    .optimizer = &adam,
                    .after_backward = {},
                    .after_step = {}},
                   {.shape = {.steps = plan.steps, .warm_up = warm_up}, .rate = plan.rate, .clip = 1});
}

torch::Tensor denoised(const UNet& network, const torch::Tensor& x, double sigma,
                       const torch::Tensor& labels) {
  const torch::NoGradGuard no_graph;
  const double t = cosine_time(sigma);
  const NoiseLevel level = cosine_schedule(t);
  const torch::Tensor scaled = x * level.alpha;
  const torch::Tensor v = network.forward(scaled, torch::full({x.size(0)}, t, torch::kFloat), labels);
  return scaled * level.alpha - v * level.sigma;
}

torch::Tensor images_of(const Matrix& rows, std::int64_t channels, std::int64_t side) {
  torch::Tensor images = torch::empty({rows.rows(), channels, side, side});
  if (images.numel() != rows.size()) throw std::invalid_argument("rows are not images of this size");
  for (std::int64_t i = 0; i < images.numel(); ++i)
    images.data_ptr<float>()[i] = static_cast<float>(rows.data()[i]);
  return images;
}

Matrix rows_of(const torch::Tensor& images) {
  const torch::Tensor values = images.detach().to(torch::kDouble).contiguous();
  return Eigen::Map<const Matrix>(values.data_ptr<double>(), values.size(0), values.numel() / values.size(0));
}

Denoise denoiser_of(const UNet& network, std::int64_t side, torch::Tensor labels) {
  return [&network, side, labels = std::move(labels)](const Matrix& x, double sigma) {
    return rows_of(denoised(network, images_of(x, network.shape().channels, side), sigma, labels));
  };
}

}  // namespace mls::diffusion
