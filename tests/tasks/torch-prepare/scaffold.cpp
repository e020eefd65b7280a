#include <vector>

#include "host/host.hpp"
#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  const auto asked = judge.expect("ask").values<double>("x");
  std::vector<double> answers;
  for (const double x : asked) answers.push_back(answer(x));
  Message reply("answers");
  reply.add("y", answers, {static_cast<std::int64_t>(answers.size())});
  judge.send(reply);
}
