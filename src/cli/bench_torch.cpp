#include "cli/bench_torch.hpp"

#include <fmt/format.h>

#include <chrono>

#include "evaluate/runner.hpp"
#include "evaluate/toolchain.hpp"

namespace mls::cli::bench {
namespace {

/// bench/round-trip with either runtime: its judge and method do nothing in this setting.
task::Task empty_task(const evaluate::Places& places, const std::string& runtime) {
  task::Task task;
  task.folder = places.root / "bench" / "round-trip";
  task.id = "round-trip";
  task.runtime = runtime;
  task.limits = {.wall_s = 60, .cpu_s = 60, .memory_mb = 512};
  task::Setting setting;
  setting.id = "nothing";
  setting.params = {{"protocol", "nothing"}, {"count", 0}, {"size", 0}};
  task.settings.push_back(setting);
  return task;
}

/// A task, its start method's host, and runs of it; the host may be another task's.
class Bench {
 public:
  Bench(const evaluate::Places& places, const task::Task& task) : Bench(places, task, task) {}
  Bench(const evaluate::Places& places, task::Task task, task::Task host_task)
      : task_(std::move(task)),
        host_task_(std::move(host_task)),
        toolchain_(places),
        runner_(places, task_, evaluate::public_seal()) {
    start_ = evaluate::load_method(host_task_.folder / "method.cpp");
    host_ = build(start_);
  }

  /// With a comment that was never compiled before.
  double edit_to_binary(int number) const {
    const auto stamp = std::chrono::system_clock::now().time_since_epoch().count();
    const auto edited =
        evaluate::method_from_source(fmt::format("{}\n// {} {}\n", start_.source, stamp, number));
    return seconds_of([&] { (void)build(edited); });
  }
  double unchanged() const {
    return seconds_of([&] { (void)build(start_); });
  }
  double run() const {
    return seconds_of([&] { (void)run_of(runner_, task_.settings.front(), host_); });
  }

 private:
  [[nodiscard]] std::filesystem::path build(const evaluate::Method& method) const {
    return built(toolchain_, host_task_, method);
  }

  task::Task task_;
  task::Task host_task_;
  evaluate::Toolchain toolchain_;
  evaluate::Runner runner_;
  evaluate::Method start_;
  std::filesystem::path host_;
};

/// bench/train-component-cnn without a step: its judge holds libtorch.
task::Task judged_with_torch(const evaluate::Places& places) {
  task::Task task = empty_task(places, "torch");
  task.folder = places.root / "bench" / "train-component-cnn";
  task.id = "train-component-cnn";
  task.settings.front().params = {{"alone", true}, {"steps", 0}};
  return task;
}

task::Task learning_task(const evaluate::Places& places) {
  task::Task task = empty_task(places, "torch");
  task.folder = places.root / "tests" / "tasks" / "torch-mlp";
  task.id = "torch-mlp";
  return task;
}

}  // namespace

void add_torch_figures(const evaluate::Places& places, std::vector<Figure>& figures) {
  const Bench learning(places, learning_task(places));
  std::vector<double> fresh;
  std::vector<double> unchanged;
  for (int i = 0; i < 5; ++i) {
    fresh.push_back(learning.edit_to_binary(i));
    unchanged.push_back(learning.unchanged());
  }
  figures.push_back({"torch.build.edit-to-binary", median(fresh), "s", "", "<= 1 s"});
  figures.push_back({"torch.build.unchanged", 1000 * median(unchanged), "ms", "", "<= 50 ms"});

  const Bench plain(places, empty_task(places, "plain"));
  const Bench torch(places, empty_task(places, "torch"));
  const Bench judged(places, judged_with_torch(places), empty_task(places, "torch"));
  figures.push_back({"torch.zygote.start", torch.run(), "s", "", ""});  // its first run waits for it
  (void)judged.run();
  std::vector<double> plain_s;
  std::vector<double> torch_s;
  std::vector<double> judged_s;
  for (int i = 0; i < 21; ++i) {
    plain_s.push_back(plain.run());
    torch_s.push_back(torch.run());
    judged_s.push_back(judged.run());
  }
  const double beyond = 1000 * (median(torch_s) - median(plain_s));
  figures.push_back({"torch.run.start-and-stop", 1000 * median(torch_s), "ms", "", ""});
  figures.push_back({"torch.run.beyond-plain", beyond, "ms", "", "<= 30 ms"});
  figures.push_back({"torch.run.beyond-plain.judge-too", 1000 * (median(judged_s) - median(plain_s)), "ms",
                     "", "<= 30 ms"});
  figures.push_back({"torch.run.start-and-stop", median(torch_s) / median(plain_s), "ratio",
                     "the same run of a plain host", ""});
}

}  // namespace mls::cli::bench
