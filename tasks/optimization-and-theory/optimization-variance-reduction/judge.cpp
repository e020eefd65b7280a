// Owns the problems: data, start points, vectors, the ledger of component gradients, and the value of the
// answer.
#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "judge/task.hpp"
#include "lib/data/judge/idx.hpp"
#include "lib/optimization/judge/finite_sum.hpp"
#include "lib/optimization/judge/image_data.hpp"
#include "lib/optimization/judge/models.hpp"
#include "lib/optimization/judge/vector_machine.hpp"

namespace {

using namespace mls::optimization;
using mls::judge::Draws;
using mls::judge::Params;

constexpr int block_size = 8;
constexpr int image_side = 14;
constexpr int classes = 10;
constexpr double smallest_gap = 1e-12;  // what double precision can tell apart

/// One draw of a setting.
struct Problem {
  std::unique_ptr<FiniteSum> sum;
  Vector start;
};

/// What is known of a problem beforehand; stored in the artefact.
struct Facts {
  Constants constants;
  double start_value = 0;
  double minimum = 0;  // 0 when the problem is not convex
};

bool is_convex(const Params& params) { return params.text("problem") != "mlp"; }
bool has_images(const Params& params) { return params.text("problem") != "ridge"; }

mls::Rng stream(const Draws& draws, const char* what, int draw) {
  return draws.rng(std::string(what) + "-" + std::to_string(draw));
}

/// Gaussian samples with covariance eigenvalues from 1 down to 1/kappa in equal ratios, rows scaled to length
/// 1; targets from a Gaussian model plus noise.
RidgeSum ridge(const Params& params, mls::Rng rng) {
  const auto n = params.integer("n");
  const auto dim = params.integer("dim");
  const double kappa = params.real("kappa");
  Rows samples(n, dim);
  for (Eigen::Index j = 0; j < dim; ++j) {
    const double deviation = std::pow(kappa, -0.5 * static_cast<double>(j) / static_cast<double>(dim - 1));
    for (Eigen::Index i = 0; i < n; ++i) samples(i, j) = rng.normal(0, deviation);
  }
  normalise_rows(samples);
  Vector model(dim);
  for (Eigen::Index j = 0; j < dim; ++j) model[j] = rng.normal();
  Vector targets = samples * model;
  for (Eigen::Index i = 0; i < n; ++i) targets[i] += rng.normal(0, params.real("noise"));
  return {std::move(samples), std::move(targets), params.real("c") / static_cast<double>(n)};
}

/// Even digits against odd ones.
LogisticSum logistic(const Params& params, const ImageSet& images) {
  Rows samples = design_matrix(images);
  normalise_rows(samples);
  Vector signs(images.count());
  for (int i = 0; i < images.count(); ++i)
    signs[i] = images.labels[static_cast<std::size_t>(i)] % 2 == 0 ? 1 : -1;
  return {std::move(samples), std::move(signs), params.real("c") / images.count()};
}

MlpSum mlp(const Params& params, const ImageSet& images) {
  return {design_matrix(images),
          {images.labels.begin(), images.labels.end()},
          static_cast<int>(params.integer("hidden")),
          classes,
          params.real("l2")};
}

Problem build(const Params& params, const Draws& draws, int draw, const ImageSet& images) {
  const std::string kind = params.text("problem");
  Problem problem;
  if (kind == "mlp") {
    auto sum = std::make_unique<MlpSum>(mlp(params, images));
    mls::Rng rng = stream(draws, "start", draw);
    problem.start = sum->random_start(rng);
    problem.sum = std::move(sum);
    return problem;
  }
  if (kind == "ridge") problem.sum = std::make_unique<RidgeSum>(ridge(params, stream(draws, "ridge", draw)));
  if (kind == "logistic") problem.sum = std::make_unique<LogisticSum>(logistic(params, images));
  if (!problem.sum) throw std::runtime_error("task.toml: unknown problem '" + kind + "'");
  problem.start = Vector::Zero(problem.sum->dim());
  return problem;
}

Facts facts_of(const Problem& problem) {
  Facts facts;
  facts.start_value = problem.sum->value(problem.start, problem.sum->all());
  if (const auto* convex = dynamic_cast<const ConvexSum*>(problem.sum.get())) {
    facts.constants = convex->constants();
    facts.minimum = newton_minimum(*convex).value;
    return facts;
  }
  // No global constants exist: curvatures at the start, the largest over a sample of components.
  constexpr int sampled_components = 256;
  constexpr int iterations = 20;
  facts.constants.smoothness = curvature(*problem.sum, problem.start, problem.sum->all(), iterations);
  for (int i = 0; i < std::min(sampled_components, problem.sum->count()); ++i) {
    const double found = curvature(*problem.sum, problem.start, {i, 1}, iterations);
    facts.constants.component_smoothness = std::max(facts.constants.component_smoothness, found);
  }
  return facts;
}

ImageSet read_images(const mls::judge::Packs& packs) {
  const auto images = mls::data::read_idx(packs.file("mnist", "train-images-idx3-ubyte"));
  const auto labels = mls::data::read_idx(packs.file("mnist", "train-labels-idx1-ubyte"));
  return {static_cast<int>(images.shape[1]), images.values, labels.values};
}

/// Per draw: images and labels (empty for ridge) and the facts.
mls::StoredMessage prepare(const mls::judge::Preparation& p) {
  const auto draw_count = static_cast<int>(p.params.integer("draws"));
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> labels;
  std::vector<double> facts;
  ImageSet all;
  if (has_images(p.params)) all = read_images(p.packs);
  for (int draw = 0; draw < draw_count; ++draw) {
    ImageSet images;
    if (has_images(p.params)) {
      mls::Rng rng = stream(p.draws, "images", draw);
      const auto n = static_cast<int>(p.params.integer("n"));
      images = pooled(subset(all, random_subset(all.count(), n, rng)), image_side);
    }
    const Facts found = facts_of(build(p.params, p.draws, draw, images));
    facts.insert(facts.end(), {found.constants.component_smoothness, found.constants.smoothness,
                               found.constants.strong_convexity, found.start_value, found.minimum});
    pixels.insert(pixels.end(), images.pixels.begin(), images.pixels.end());
    labels.insert(labels.end(), images.labels.begin(), images.labels.end());
  }
  mls::Message out("variance-reduction");
  out.add("pixels", pixels, {draw_count, static_cast<std::int64_t>(pixels.size()) / draw_count});
  out.add("labels", labels, {draw_count, static_cast<std::int64_t>(labels.size()) / draw_count});
  out.add("facts", facts, {draw_count, 5});
  return mls::judge::store(out);
}

template <typename T>
std::span<const T> row_of(const mls::Message& message, const char* name, int row, int rows) {
  const std::span<const T> values = message.values<T>(name);
  const std::size_t each = values.size() / static_cast<std::size_t>(rows);
  return values.subspan(each * static_cast<std::size_t>(row), each);
}

Facts facts_from(const mls::Message& artefact, int draw, int draws) {
  const auto v = row_of<double>(artefact, "facts", draw, draws);
  return {{v[0], v[1], v[2]}, v[3], v[4]};
}

ImageSet images_from(const mls::Message& artefact, int draw, int draws) {
  const auto pixels = row_of<std::uint8_t>(artefact, "pixels", draw, draws);
  const auto labels = row_of<std::uint8_t>(artefact, "labels", draw, draws);
  return {image_side, {pixels.begin(), pixels.end()}, {labels.begin(), labels.end()}};
}

/// The conversation about one problem, from its announcement to the host's "done".
void converse(mls::judge::HostLink& host, VectorMachine& machine) {
  std::vector<double> answers;
  mls::Message reply;
  while (true) {
    const mls::Message& message = host.receive();
    const std::string kind = message.kind();
    if (kind != "program" && kind != "ask" && kind != "done") {
      throw mls::judge::protocol_violation("the host sent '" + kind +
                                           "' where 'program', 'ask' or 'done' is expected");
    }
    answers.clear();
    machine.execute(message.values<std::int32_t>("words"), message.values<double>("factors"), answers);
    if (kind == "done") return;
    if (kind == "program") continue;
    reply.reset("answer");
    reply.add("values", answers).set("exhausted", machine.exhausted());
    host.send(reply);
  }
}

/// Raw metrics of the committed point.
mls::judge::Metrics metrics_of(const Problem& problem, const Facts& facts, bool convex, const Vector& x) {
  if (!x.allFinite())
    throw mls::judge::invalid_output("the committed point holds a value that is not finite");
  const double value = problem.sum->value(x, problem.sum->all());
  if (!std::isfinite(value))
    throw mls::judge::invalid_output("the objective overflows at the committed point");
  if (convex) {
    const double gap = (value - facts.minimum) / (facts.start_value - facts.minimum);
    return {{"gap", std::log10(std::max(gap, smallest_gap))}};
  }
  Vector gradient;
  problem.sum->gradient(x, problem.sum->all(), gradient);
  if (!gradient.allFinite())
    throw mls::judge::invalid_output("the gradient overflows at the committed point");
  return {{"loss", value}, {"gradient", gradient.squaredNorm()}};
}

/// Numbers too small to be normal count as zero: arithmetic on them is a hundred times slower, which a method
/// could use to keep the judge busy.
void flush_tiny_numbers() { _mm_setcsr(_mm_getcsr() | _MM_FLUSH_ZERO_ON | 0x0040 /* denormals are zero */); }

mls::judge::Metrics run(mls::judge::Run& run) {
  flush_tiny_numbers();
  const bool convex = is_convex(run.params);
  const auto draws = static_cast<int>(run.params.integer("draws"));
  mls::judge::Metrics mean;
  for (int draw = 0; draw < draws; ++draw) {
    const ImageSet images = has_images(run.params) ? images_from(run.artefact, draw, draws) : ImageSet{};
    const Problem problem = build(run.params, run.draws, draw, images);
    const Facts facts = facts_from(run.artefact, draw, draws);
    const std::int64_t budget = run.params.integer("epochs") * problem.sum->count();
    VectorMachine machine(*problem.sum, block_size, problem.start, budget);
    mls::Message announcement("problem");
    announcement.set("dim", problem.sum->dim())
        .set("n", problem.sum->count())
        .set("blocks", machine.blocks());
    announcement.set("block_size", block_size).set("convex", convex).set("budget", budget);
    announcement.set("L_max", facts.constants.component_smoothness).set("L", facts.constants.smoothness);
    announcement.set("mu", facts.constants.strong_convexity).set("vectors", machine.vectors());
    announcement.set("seed", static_cast<std::int64_t>(stream(run.draws, "host", draw)() >> 1));
    run.host.send(announcement);
    converse(run.host, machine);
    for (const auto& [name, value] : metrics_of(problem, facts, convex, machine.committed()))
      mean[name] += value / draws;
  }
  run.host.send(mls::Message("end"));
  return mean;
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = prepare, .run = run});
}
