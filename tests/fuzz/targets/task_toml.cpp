// task::load on the folder of an example task.
#include "task/task.hpp"
#include "task/task_fixture.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_task_toml(std::string_view bytes) {
  static const task::ExampleRepository repository;
  lay(repository.task() / "task.toml", bytes);
  may_refuse([] {
    const task::Task task = task::load(repository.task());
    require(!task.settings.empty() && !task.baselines.empty(),
            "a task that loads has settings and baselines");
    for (const task::Setting& setting : task.settings) {
      for (const task::Term& term : setting.terms) (void)task.metric(term.metric);
    }
  });
}

}  // namespace mls::fuzz
