// Metrics: microseconds of a layer's forward and backward call, measured by the judge.
#include <algorithm>
#include <chrono>
#include <vector>

#include "judge/component.hpp"
#include "judge/task.hpp"

namespace {

using namespace mls;
using Clock = std::chrono::steady_clock;

judge::Metrics run(judge::Run& run) {
  const std::int64_t count = run.params.integer("count");
  const std::int64_t size = run.params.integer("size");
  judge::Components components(run.host, Message("begin").set("layers", 1), {judge::LayerCap{}});
  const std::vector<float> x(static_cast<std::size_t>(size), 0.5F);
  std::vector<float> y(x.size());
  const judge::Block sent{x, {1, size}};
  const judge::Answer answer{y, {1, size}};
  Clock::duration forward{};
  Clock::duration backward{};
  for (std::int64_t i = 0; i < count; ++i) {
    const auto start = Clock::now();
    components.forward(0, sent, answer, true);
    const auto middle = Clock::now();
    components.backward(components.last_call(), sent, answer);
    forward += middle - start;
    backward += Clock::now() - middle;
  }
  components.finish();
  const auto microseconds = [count](Clock::duration all) {
    return std::chrono::duration<double, std::micro>(all).count() /
           static_cast<double>(std::max<std::int64_t>(count, 1));
  };
  return {{"forward", microseconds(forward)}, {"backward", microseconds(backward)}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = nullptr, .run = run}); }
