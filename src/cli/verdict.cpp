#include "cli/verdict.hpp"

#include "core/error.hpp"

namespace mls::cli {

store::Yardstick yardstick_for_scoring(const std::filesystem::path& root, const task::Task& task) {
  auto yardstick = store::yardstick_of(root, task);
  if (yardstick.damaged) throw bad_input(yardstick.note);
  return yardstick;
}

}  // namespace mls::cli
