// Owns the classifier, the split and the test labels; scores the calibrated test probabilities.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "judge/fit_predict.hpp"
#include "lib/calibration/judge/problem.hpp"
#include "lib/data/judge/table.hpp"
#include "lib/metrics/judge/probability.hpp"

namespace {

using mls::Message;
using mls::judge::Packs;

constexpr double smallest_probability = 1e-6;
constexpr int bins = 15;

/// Class probabilities and labels as they lie in the artefact.
struct Rows {
  std::span<const double> prob;
  std::span<const std::int32_t> label;
  std::int64_t classes;
  [[nodiscard]] mls::Shape shape() const { return {static_cast<std::int64_t>(label.size()), classes}; }
};

mls::tabular::Dataset read_table(const Packs& packs, const std::string& name) {
  if (name == "letter")
    return mls::data::read_dataset(packs.file("mlbench", "LetterRecognition.rda"), "lettr");
  if (name == "satellite") return mls::data::read_dataset(packs.file("mlbench", "Satellite.rda"), "classes");
  if (name == "spam") return mls::data::read_dataset(packs.file("kernlab", "spam.rda"), "type");
  throw std::runtime_error("task.toml: table '" + name + "' is none of letter, satellite, spam");
}

/// Trains the classifier once for all methods.
mls::StoredMessage prepare(const mls::judge::Preparation& p) {
  const auto rows = [&](const char* name) { return static_cast<int>(p.params.integer(name)); };
  const mls::calibration::Regime regime = {p.params.text("classifier"), rows("train_rows"),
                                           rows("calibration_rows"), rows("test_rows"),
                                           p.params.real("class_skew")};
  mls::Rng rng = p.draws.rng("problem");
  const mls::calibration::Problem problem =
      mls::calibration::make_problem(read_table(p.packs, p.params.text("table")), regime, rng);
  Message out("calibration");
  out.set("classes", problem.classes);
  out.add("calibration_prob", problem.calibration.prob).add("calibration_label", problem.calibration.label);
  out.add("test_prob", problem.test.prob).add("test_label", problem.test.label);
  return mls::judge::store(out);
}

Rows rows_of(const Message& artefact, const std::string& part) {
  return {artefact.values<double>(part + "_prob"), artefact.values<std::int32_t>(part + "_label"),
          artefact.integer("classes")};
}

/// The method's answer, refused unless it is what surface.hpp asks for.
std::span<const double> checked_output(const Message& predictions, const mls::Shape& shape) {
  const std::span<const double> values = predictions.values<double>("output");
  if (const mls::Shape& found = predictions.tensor("output").shape; found != shape) {
    throw mls::judge::invalid_output("predict returned a matrix " + mls::to_string(found) + " where " +
                                     mls::to_string(shape) + " is expected");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i]) && values[i] >= 0) continue;
    const auto classes = static_cast<std::size_t>(shape[1]);
    throw mls::judge::invalid_output("predict returned " + std::to_string(values[i]) + " in row " +
                                     std::to_string(i / classes) + ", class " + std::to_string(i % classes) +
                                     "; probabilities are finite and not negative");
  }
  return values;
}

mls::judge::Metrics run(mls::judge::Run& run) {
  const Rows calibration = rows_of(run.artefact, "calibration");
  const Rows test = rows_of(run.artefact, "test");

  Message training("fit");
  training.set("rng_seed", static_cast<std::int64_t>(run.draws.rng("host")()));
  training.add("prob", calibration.prob, calibration.shape()).add("label", calibration.label);
  mls::judge::fit(run.host, training);

  Message inputs("predict");
  inputs.add("prob", test.prob, test.shape());
  const std::span<const double> output = checked_output(run.host.ask(inputs, "predictions"), test.shape());

  const auto classes = static_cast<int>(test.classes);
  const std::vector<double> prob = mls::metrics::as_distributions(output, classes, smallest_probability);
  mls::judge::finish(run.host);
  const mls::metrics::Forecast forecast{prob, test.label, classes};
  return {{"nll", mls::metrics::negative_log_likelihood(forecast)},
          {"brier", mls::metrics::brier(forecast)},
          {"cw_ece", mls::metrics::classwise_ece(forecast, bins)},
          {"ece", mls::metrics::top_label_ece(forecast, bins)},
          {"accuracy", mls::metrics::accuracy(forecast)}};
}

}  // namespace

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = prepare, .run = run});
}
