// task: optimization-variance-reduction
// route: oracle
// tries: to go on optimising after the budget is spent, past the scaffold's books
// expect: harmless

#include <cmath>

#include "core/channel.hpp"
#include "core/message.hpp"
#include "shared/oracle.hpp"

namespace {
// Instructions of vector programs; the scaffold names them, an attacker writes them down.
void combine(std::vector<std::int32_t>& words, std::vector<double>& factors, int into, int a, double fa,
             int b, double fb) {
  words.insert(words.end(), {2, into, 2, a, b});
  factors.insert(factors.end(), {fa, fb});
}
}  // namespace

void variance_reduction::run(const Info& info, Oracle& oracle, Vector& x, mls::Rng& rng) {
  honest(info, oracle, x, rng);
  // The books are empty now. Arithmetic that costs nothing makes the scaffold send what it holds back, so
  // that what follows comes after it. Vector 1 is anybody's; a hundred full gradients more would win by far.
  for (int i = 0; i < 3000; ++i) x = x;
  mls::Channel judge(3, {});
  std::vector<std::int32_t> words;
  std::vector<double> factors;
  for (int i = 0; i < 100; ++i) {
    words.insert(words.end(), {1, 1, 0});
    combine(words, factors, 0, 0, 1, 1, -1 / info.L);
  }
  words.insert(words.end(), {4, 0});
  mls::Message message("program");
  message.add("words", words).add("factors", factors);
  judge.send(message);
  new mls::Channel(std::move(judge));  // or it would close the conversation
}
