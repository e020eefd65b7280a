// Owns the distribution, answers for its score, and compares the host's samples with exact draws.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "judge/generate.hpp"
#include "lib/diffusion/judge/distances.hpp"
#include "lib/diffusion/judge/mixture.hpp"
#include "lib/diffusion/judge/rotations.hpp"

namespace {

using mls::diffusion::Matrix;
using mls::diffusion::Mixture;
using mls::diffusion::Vector;

constexpr int rows = 1000;
constexpr int draws = 4000;
// About the noise of the distance between exact draws.
constexpr double least_energy = 1e-3;
// Numbers beyond are cut before anything is measured.
constexpr double largest = 1e3;

Matrix noise(int count, int dim, double deviation, mls::Rng& rng) {
  Matrix x(count, dim);
  for (double& value : x.reshaped<Eigen::RowMajor>()) value = deviation * rng.normal();
  return x;
}

/// Gaussians in random directions, with variances log-uniform between 1 / condition and 1.
Mixture drawn(const mls::judge::Params& params, mls::Rng& rng) {
  const int dim = static_cast<int>(params.integer("dim"));
  std::vector<mls::diffusion::Component> components;
  for (int k = 0; k < params.integer("modes"); ++k) {
    Vector variances(dim);
    for (double& variance : variances) variance = std::pow(params.real("condition"), -rng.uniform());
    components.push_back({k, 1, noise(1, dim, params.real("spread"), rng).transpose(),
                          mls::diffusion::random_orthogonal(dim, rng), variances});
  }
  return Mixture(std::move(components));
}

/// The gradient of the log density, by a denoiser at so little noise that it makes no difference.
Matrix score(const Mixture& mixture, const Matrix& x) {
  constexpr double sigma = 1e-3;
  return (mixture.denoise(x, sigma) - x) / (sigma * sigma);
}

mls::judge::Metrics run(mls::judge::Run& run) {
  mls::Rng setting_rng = run.draws.setting_rng("target");
  const Mixture mixture = drawn(run.params, setting_rng);  // the same for all seeds
  mls::Rng rng = run.draws.rng("noise");
  const int dim = mixture.dim();
  const Matrix start = noise(rows, dim, 3, rng);
  mls::Message begin("begin");
  begin.add("start", std::span(start.data(), static_cast<std::size_t>(start.size())), {rows, dim})
      .set("smoothness", run.params.real("condition"))
      .set("seed", static_cast<std::int64_t>(rng() >> 1));
  const auto answer = [&](const mls::judge::Question& question, std::span<double> y) {
    const auto count = static_cast<Eigen::Index>(question.rows.size());
    Eigen::Map<Matrix>(y.data(), count, dim) =
        score(mixture, Eigen::Map<const Matrix>(question.x.data(), count, dim));
  };
  const mls::judge::Samples samples = mls::judge::generate(
      run.host, std::move(begin),
      {.rows = rows, .width = dim, .calls = run.params.integer("calls"), .model = answer});
  mls::judge::finish_generating(run.host);
  const Matrix made = Eigen::Map<const Matrix>(samples.values.data(), rows, dim);
  const double energy = mls::diffusion::energy_distance(made.cwiseMax(-largest).cwiseMin(largest),
                                                        mixture.sample(draws, rng).x);
  return {{"energy", std::max(energy, least_energy)}};
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = run});
}
