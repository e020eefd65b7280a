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
}

}  // namespace mls::host
