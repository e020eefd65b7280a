// Metrics: accuracy on the examples asked about, and the bytes that the model carried there. With
// `random_labels` every label is a fair coin and the training examples themselves are asked about: a pure
// test of memory, in which n bytes can make at most 8 n labels' worth of difference.
#include <cmath>
#include <vector>

#include "judge/fit_predict_bounded.hpp"

namespace {

using namespace mls;

struct Sample {
  std::vector<float> x;
  std::vector<std::uint8_t> labels;
};

Sample draw(Rng& rng, std::int64_t count, const std::vector<double>& direction, bool random_labels) {
  Sample sample;
  for (std::int64_t i = 0; i < count; ++i) {
    double product = 0;
    for (const double weight : direction) {
      const double x = rng.normal(0, 1);
      product += weight * x;
      sample.x.push_back(static_cast<float>(x));
    }
    sample.labels.push_back(random_labels ? rng.bernoulli(0.5) : product > 0);
  }
  return sample;
}

judge::Metrics run(judge::Run& run) {
  const std::int64_t inputs = run.params.integer("inputs");
  const std::int64_t count = run.params.integer("examples");
  const bool random_labels = run.params.flag("random_labels");
  Rng rng = run.draws.rng("data");
  std::vector<double> direction(static_cast<std::size_t>(inputs));
  for (double& weight : direction) weight = rng.normal(0, 1);
  const Sample training = draw(rng, count, direction, random_labels);
  const Sample asked = random_labels ? training : draw(rng, count, direction, false);

  Message fit("fit");
  fit.add("x", training.x, {count, inputs}).add("labels", training.labels);
  Message load("load");
  load.set("inputs", inputs);
  const std::int64_t carried = judge::fit_and_carry(run, fit, load, run.params.integer("capacity"));
  Message question("predict");
  question.add("x", asked.x, {count, inputs});
  const auto answers = judge::predict<std::uint8_t>(run.host, question, {count});
  double right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == asked.labels[i];
  judge::finish(run.host);
  return {{"accuracy", right / static_cast<double>(count)}, {"bytes", static_cast<double>(carried)}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
