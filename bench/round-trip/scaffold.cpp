#include <algorithm>
#include <vector>

#include "host/compute.hpp"
#include "host/decide.hpp"
#include "host/generate.hpp"
#include "host/oracle.hpp"
#include "host/rollout.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

/// Asks for `count` answers to a point of `size` numbers.
void ask_oracle(JudgeLink& judge, std::int64_t count, std::int64_t size) {
  const std::vector<double> x(static_cast<std::size_t>(size), 0.5);
  OracleClient oracle(judge, count);
  while (oracle.remaining() > 0) {
    oracle.request("value").add("x", x);
    (void)oracle.ask();
  }
  oracle.finish();
}

/// Asks about the only row until its calls are spent.
std::vector<double> ask_model(GenerateRound& round, const Message&) {
  const std::vector<std::int32_t> rows{0};
  std::vector<double> x(static_cast<std::size_t>(round.width()), 0.5);
  while (round.ask(rows, x)) {
  }
  return x;
}

}  // namespace

void run_method(JudgeLink& judge) {
  nothing();
  const Message& begin = judge.expect("begin");
  const std::string protocol = begin.text("protocol");
  const std::int64_t count = begin.integer("count");
  const std::int64_t size = begin.integer("size");
  if (protocol == "oracle") ask_oracle(judge, count, size);
  if (protocol == "rollout") {
    play(judge, static_cast<int>(size),
         {[](const Observation&, std::span<std::int32_t> actions) {
            std::fill(actions.begin(), actions.end(), 0);
          },
          [](const Observation&) {}});
  }
  if (protocol == "decide") {
    decide(judge, [](const Message&, std::vector<std::int32_t>& choice) { choice.push_back(0); });
  }
  if (protocol == "generate") generate(judge, ask_model);
  if (protocol == "compute") {
    serve(judge, [](const Message& inputs, Message& output) {
      output.add("y", inputs.values<float>("x").first(1));
    });
  }
}

}  // namespace mls::host
