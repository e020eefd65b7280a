// Host's side: asks the judge for the gradients that the method wants, then hands in its answer.
#include <stdexcept>
#include <vector>

#include "host/oracle.hpp"
#include "surface.hpp"

namespace {

descent::Problem problem_of(const mls::Message& announced, mls::host::OracleClient& oracle) {
  descent::Problem problem;
  problem.dim = static_cast<int>(announced.integer("dim"));
  problem.smoothness = announced.real("smoothness");
  problem.budget = announced.integer("budget");
  problem.gradient = [&oracle](std::span<const double> x) -> std::optional<std::vector<double>> {
    oracle.request("gradient").add("x", x);
    const mls::Message* answer = oracle.ask();
    if (answer == nullptr) return std::nullopt;
    const auto values = answer->values<double>("gradient");
    return std::vector<double>(values.begin(), values.end());
  };
  return problem;
}

}  // namespace

void mls::host::run_method(JudgeLink& judge) {
  for (const Message* next = &judge.receive(); next->kind() == "problem"; next = &judge.receive()) {
    OracleClient oracle(judge, next->integer("budget"));
    const std::vector<double> x = descent::minimise(problem_of(*next, oracle));
    oracle.request("commit").add("x", x);
    (void)oracle.ask();
    oracle.finish();
  }
}
