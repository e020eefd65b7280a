// A small denoiser of images that a judge trains itself, for where an imperfect model is wanted (mixture.hpp
// has perfect ones).
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "core/rng.hpp"
#include "lib/diffusion/judge/probability_flow.hpp"
#include "lib/nn/judge/torch/layers.hpp"
#include "lib/nn/judge/torch/optimizer.hpp"
#include "lib/nn/judge/torch/training.hpp"

namespace mls::diffusion {

struct UNetShape {
  int channels = 1;
  int width = 16;   ///< a multiple of 4
  int classes = 0;  ///< 0: knows of none
};

/// A U-Net of two resolutions (Ronneberger et al. 2015; Ho, Jain & Abbeel 2020): a convolution to `width`
/// channels and a residual block; a convolution with stride 2 to twice as many and two blocks; back by
/// nearest neighbours, joined with what went down; a convolution, a block, and an output that starts at zero.
/// Blocks: group normalisation (four groups), SiLU, convolution 3 x 3, twice, the second normalisation scaled
/// and shifted by what time and class say (Dhariwal & Nichol 2021), the second convolution starting at zero.
class UNet {
 public:
  /// Throws std::invalid_argument when the width is no multiple of 4.
  UNet(const UNetShape& shape, const Rng& rng);

  /// x [n, channels, side, side], side even, t f32 [n] in [0, 1], to the same shape as x. With classes,
  /// labels i64 [n] from 0, or `classes` for "any".
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& t,
                                      const torch::Tensor& labels = {}) const;

  [[nodiscard]] const UNetShape& shape() const { return shape_; }
  [[nodiscard]] std::vector<nn::Parameter> parameters() const;

 private:
  struct Norm {
    torch::Tensor gain;
    torch::Tensor shift;
  };
  struct Block {
    Norm norm1, norm2;
    int convolution1 = 0, convolution2 = 0, modulation = 0;
  };
  [[nodiscard]] int zero(int layer);
  [[nodiscard]] Norm norm_of(int channels);
  [[nodiscard]] Block block_of(int channels);
  [[nodiscard]] torch::Tensor condition(const torch::Tensor& t, const torch::Tensor& labels) const;
  [[nodiscard]] torch::Tensor apply(const Block& block, const torch::Tensor& x,
                                    const torch::Tensor& condition) const;

  UNetShape shape_;
  mutable nn::WeightLayers layers_;  // applying a layer changes nothing but on request
  std::vector<nn::Parameter> extra_;
  torch::Tensor classes_;  // [classes + 1, 2 x width]
  Norm last_norm_;
  Block first_, low1_, low2_, last_;
  int stem_ = 0, down_ = 0, join_ = 0, output_ = 0, time_ = 0;
};

struct DenoiserPlan {
  std::int64_t steps = 500;
  std::int64_t batch = 64;
  double rate = 2e-3;
  double forget_label = 0.15;  ///< chance that a label becomes "any", for guidance
};

/// Trains to predict v = alpha n - sigma x0 (Salimans & Ho 2022) under the cosine schedule at uniform times,
/// by Adam with warm-up, cosine decay and clipping at 1. images [rows, channels, side, side], of about unit
/// size; labels i64 [rows] with classes, else undefined.
nn::Trained train_denoiser(UNet& network, const torch::Tensor& images, const torch::Tensor& labels,
                           const DenoiserPlan& plan, const Rng& rng);

/// E[x0 | x0 + sigma n = x] by the network, without graph; sigma >= 0.
[[nodiscard]] torch::Tensor denoised(const UNet& network, const torch::Tensor& x, double sigma,
                                     const torch::Tensor& labels = {});

/// The same for rows of side x side pixels a channel. `network` must outlive it.
[[nodiscard]] Denoise denoiser_of(const UNet& network, std::int64_t side, torch::Tensor labels = {});

/// Rows of pixels as images [rows, channels, side, side], and back.
[[nodiscard]] torch::Tensor images_of(const Matrix& rows, std::int64_t channels, std::int64_t side);
[[nodiscard]] Matrix rows_of(const torch::Tensor& images);

}  // namespace mls::diffusion
