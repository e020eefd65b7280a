#include "cli/verdict.hpp"

#include "core/error.hpp"

namespace mls::cli {

store::Yardstick yardstick_for_scoring(const evaluate::Places& places, const task::Task& task,
                                       const std::string& seal) {
  auto yardstick = store::yardstick_of(places.root, places.home, task, seal);
  if (yardstick.damaged) throw bad_input(yardstick.note);
  return yardstick;
}

}  // namespace mls::cli
