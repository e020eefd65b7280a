#include "cli/suite_verb.hpp"

#include <algorithm>

#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/program.hpp"
#include "cli/suite_report.hpp"

namespace mls::cli {

int run_and_print(const std::string& suite, const SuiteMaker& make, bool json) {
  trial::SuiteOrder order;
  SuiteResult result{suite, &order, {}};
  {
    // Gone before anything is printed.
    SuiteProgress progress(suite);
    const StopOnSignal stop([&](std::string_view line) { progress.say(line); });
    order = make(progress, stop.token());
    result.states = trial::run_suite(order, [&](const auto& states) { progress.show(states); });
  }
  if (json) {
    print_json(suite_json(result));
  } else {
    print_result(suite_text(result));
  }
  int worst = exit_code::ok;
  for (const auto& state : result.states) worst = std::max(worst, state.exit_code);
  return worst;
}

}  // namespace mls::cli
