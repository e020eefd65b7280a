// Owns the images, the exact denoiser and the metrics. Fits the mixture and solves the reference in
// `prepare`.
//
// Every sample is generated in coordinates of its own (RowRotations) and each round in a fresh host, so that
// a sample costs its own calls: none can be copied, moved, averaged or learned from another one.
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "judge/generate.hpp"
#include "lib/data/judge/idx.hpp"
#include "lib/diffusion/judge/distances.hpp"
#include "lib/diffusion/judge/mixture.hpp"
#include "lib/diffusion/judge/pixels.hpp"
#include "lib/diffusion/judge/probability_flow.hpp"
#include "lib/diffusion/judge/rotations.hpp"
#include "lib/diffusion/shared/noise_grid.hpp"

namespace {

using namespace mls;
using diffusion::Matrix;
using diffusion::Mixture;

constexpr int rounds = 3;
constexpr double sigma_min = 0.01;
// Where numbers are cut before anything is measured, far outside the images.
constexpr double largest = 1e3;

std::span<const double> numbers(const Matrix& x) { return {x.data(), static_cast<std::size_t>(x.size())}; }

Matrix matrix(std::span<const double> values, Eigen::Index width) {
  return Eigen::Map<const Matrix>(values.data(), static_cast<Eigen::Index>(values.size()) / width, width);
}

Matrix noise(Eigen::Index rows, Eigen::Index width, double sigma, Rng& rng) {
  Matrix x(rows, width);
  for (double& value : x.reshaped<Eigen::RowMajor>()) value = sigma * rng.normal();
  return x;
}

/// The exact mixture, with guidance where the setting has it.
class Model {
 public:
  Model(const judge::Params& params, Mixture mixture)
      : mixture_(std::move(mixture)),
        guidance_(params.real("guidance")),
        sigma_max_(params.real("sigma_max")) {}

  [[nodiscard]] const Mixture& mixture() const { return mixture_; }
  [[nodiscard]] bool guided() const { return guidance_ > 0; }
  [[nodiscard]] double sigma_max() const { return sigma_max_; }

  /// `labels` are the classes that guidance aims at.
  [[nodiscard]] Matrix denoise(const Matrix& x, double sigma, std::span<const int> labels) const {
    return guided() ? mixture_.denoise_guided(x, sigma, labels, guidance_) : mixture_.denoise(x, sigma);
  }

 private:
  Mixture mixture_;
  double guidance_;
  double sigma_max_;
};

Mixture fitted(const judge::Params& params, const judge::Packs& packs, Rng rng) {
  const std::string pack = params.text("pack");
  const std::string ending = pack == "mnist" ? "" : ".gz";
  const auto images = data::read_idx(packs.file(pack, "train-images-idx3-ubyte" + ending));
  const auto classes = data::read_idx(packs.file(pack, "train-labels-idx1-ubyte" + ending));
  const Matrix rows = diffusion::small_images(images.values, static_cast<int>(images.shape[1]), 24,
                                              static_cast<int>(params.integer("side")));
  const std::vector<int> labels(classes.values.begin(), classes.values.end());
  return diffusion::fit_mixture(rows, labels, static_cast<int>(params.integer("per_class")), rng);
}

/// Noise to start from, in the images' coordinates, and the classes that guidance aims at.
struct Starts {
  std::vector<int> labels;
  Matrix x;
};

Starts starts_of(const Model& model, int count, Rng& rng) {
  std::vector<int> labels = model.mixture().sample(count, rng).labels;
  return {std::move(labels), noise(count, model.mixture().dim(), model.sigma_max(), rng)};
}

/// Round `index` of the run: its own generator, the same in `prepare` and in `run`.
Rng round_rng(const judge::Draws& draws, int index) {
  return draws.rng("round").split(static_cast<std::uint64_t>(index));
}

/// What a perfect solver makes of the starts.
Matrix solved(const Model& model, const Starts& starts) {
  constexpr int points = 80;
  const auto grid = diffusion::log_snr_grid(model.sigma_max(), sigma_min, points);
  const auto denoise = [&](const Matrix& x, double sigma) { return model.denoise(x, sigma, starts.labels); };
  return diffusion::probability_flow(denoise, starts.x, grid);
}

/// What samples are compared with: exact draws or, under guidance, solutions of the same flow.
class Reference {
 public:
  Reference(const Model& model, Matrix samples, double within)
      : samples_(std::move(samples)),
        within_(within),
        moments_(model.guided() ? diffusion::moments_of(samples_)
                                : diffusion::Moments{model.mixture().mean(), model.mixture().covariance()}) {}

  [[nodiscard]] const Matrix& samples() const { return samples_; }
  [[nodiscard]] double within() const { return within_; }
  [[nodiscard]] double energy(const Matrix& x) const {
    return diffusion::energy_distance(x, samples_, within_);
  }
  [[nodiscard]] double frechet(const Matrix& x) const {
    return diffusion::frechet_distance(diffusion::moments_of(x), moments_);
  }

 private:
  Matrix samples_;
  double within_;
  diffusion::Moments moments_;
};

Reference reference_of(const judge::Preparation& preparation, const Model& model) {
  Rng rng = preparation.draws.rng("reference");
  const auto count = static_cast<int>(preparation.params.integer("reference"));
  Matrix samples =
      model.guided() ? solved(model, starts_of(model, count, rng)) : model.mixture().sample(count, rng).x;
  const double within = diffusion::mean_distance_within(samples);
  return {model, std::move(samples), within};
}

StoredMessage prepare(const judge::Preparation& preparation) {
  // One mixture for all seeds.
  const Model model(preparation.params,
                    fitted(preparation.params, preparation.packs, preparation.draws.setting_rng("mixture")));
  preparation.say("mixture fitted");
  const Reference reference = reference_of(preparation, model);
  const auto rows = static_cast<int>(preparation.params.integer("rows"));
  Matrix exact(rounds * rows, model.mixture().dim());
  for (int round = 0; round < rounds; ++round) {
    Rng rng = round_rng(preparation.draws, round);
    exact.middleRows(Eigen::Index{round} * rows, rows) = solved(model, starts_of(model, rows, rng));
  }
  const std::vector<double> flattened = model.mixture().flattened();
  const Matrix& samples = reference.samples();
  Message artefact("model");
  artefact.add("mixture", flattened)
      .add("reference", numbers(samples), {samples.rows(), samples.cols()})
      .set("within", reference.within())
      .set("exact_energy", reference.energy(exact))
      .set("exact_frechet", reference.frechet(exact));
  return judge::store(artefact);
}

/// Samples of one round, in the images' coordinates.
Matrix round_of(judge::Run& run, const Model& model, Rng rng, std::int64_t& calls) {
  const int rows = static_cast<int>(run.params.integer("rows"));
  const int width = model.mixture().dim();
  const Starts starts = starts_of(model, rows, rng);
  const diffusion::RowRotations rotations(rows, width, rng);
  const Matrix seen = rotations.rotated(starts.x);
  Message begin("begin");
  begin.add("start", numbers(seen), {rows, width});
  begin.set("sigma_min", sigma_min).set("sigma_max", model.sigma_max());
  begin.set("seed", static_cast<std::int64_t>(rng() >> 1));

  const auto answer = [&](const judge::Question& question, std::span<double> y) {
    const double sigma = question.request.real("sigma");
    if (!(sigma >= sigma_min && sigma <= model.sigma_max()))
      throw judge::invalid_output("the denoiser was asked at a noise level outside its range");
    std::vector<int> aims;
    for (const std::int32_t row : question.rows) aims.push_back(starts.labels[static_cast<std::size_t>(row)]);
    const Matrix x = rotations.restored(matrix(question.x, width), question.rows);
    Eigen::Map<Matrix>(y.data(), x.rows(), width) =
        rotations.rotated(model.denoise(x, sigma, aims), question.rows);
  };
  const judge::Samples samples =
      judge::generate(run.host, std::move(begin),
                      {.rows = rows, .width = width, .calls = run.params.integer("calls"), .model = answer});
  calls += samples.calls;
  return rotations.restored(matrix(samples.values, width)).cwiseMax(-largest).cwiseMin(largest);
}

judge::Metrics run(judge::Run& run) {
  const Message& artefact = run.artefact;
  const int width = static_cast<int>(run.params.integer("side") * run.params.integer("side"));
  const Model model(run.params, Mixture::unflattened(artefact.values<double>("mixture"), width));
  const Reference reference(model, matrix(artefact.values<double>("reference"), width),
                            artefact.real("within"));

  const auto rows = run.params.integer("rows");
  Matrix samples(rounds * rows, width);
  std::int64_t calls = 0;
  for (int round = 0; round < rounds; ++round) {
    if (round > 0) run.fresh_host();
    samples.middleRows(round * rows, rows) = round_of(run, model, round_rng(run.draws, round), calls);
  }
  judge::finish_generating(run.host);

  const double energy = reference.energy(samples) - artefact.real("exact_energy");
  const double frechet = reference.frechet(samples) - artefact.real("exact_frechet");
  return {{"energy", std::max(energy, run.params.real("least_energy"))},
          {"frechet", std::max(frechet, run.params.real("least_frechet"))},
          {"calls", static_cast<double>(calls) / static_cast<double>(rounds * rows)}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = prepare, .run = run}); }
