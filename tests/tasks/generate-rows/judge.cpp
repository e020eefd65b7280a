// A model that adds the question's `add`. Metrics: sum and first number of the last round's samples, calls of
// all rounds.
#include <numeric>
#include <vector>

#include "judge/generate.hpp"

namespace {

using namespace mls;

judge::Metrics run(judge::Run& run) {
  const std::int64_t rows = run.params.integer("rows");
  const std::int64_t width = run.params.integer("width");
  const std::vector<double> start(static_cast<std::size_t>(rows * width), 0.5);
  judge::Round round{.rows = rows, .width = width, .calls = run.params.integer("calls")};
  if (round.calls > 0) {
    round.model = [](const judge::Question& question, std::span<double> y) {
      const double add = question.request.real("add");
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = question.x[i] + add;
    };
  }
  judge::Samples samples;
  std::int64_t calls = 0;
  for (int i = 0; i < run.params.integer("rounds"); ++i) {
    if (i > 0 && run.params.flag("fresh")) run.fresh_host();
    Message begin("begin");
    begin.add("start", start, {rows, width});
    samples = judge::generate(run.host, std::move(begin), round);
    calls += samples.calls;
  }
  judge::finish_generating(run.host);
  return {{"sum", std::accumulate(samples.values.begin(), samples.values.end(), 0.0)},
          {"first", samples.values.front()},
          {"calls", static_cast<double>(calls)}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
