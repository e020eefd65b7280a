// task: optimization-variance-reduction
// route: oracle
// tries: to learn from inner products that cost nothing once the budget is spent
// expect: harmless
// by: score

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  while (true) {
    const mls::Message& problem = judge.receive();
    if (problem.kind() != "problem") return;
    const std::int64_t passes = problem.integer("budget") / problem.integer("n");
    std::vector<std::int32_t> words;
    for (std::int64_t i = 0; i < passes; ++i)
      words.insert(words.end(), {1, 1, 0});                               // vector 1 = gradient at vector 0
    for (int i = 0; i < 1000; ++i) words.insert(words.end(), {3, 1, 1});  // its squared length
    mls::Message message("ask");
    message.add("words", words).add("factors", std::vector<double>{});
    judge.send(message);
    for (const double value : judge.receive().values<double>("values")) {
      if (value != 0) _exit(1);  // something was told for nothing
    }
    message.reset("done");
    message.add("words", std::vector<std::int32_t>{}).add("factors", std::vector<double>{});
    judge.send(message);
  }
}
