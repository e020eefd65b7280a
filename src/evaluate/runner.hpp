// One run: judge and host side by side, and what came of it. Also the judge's preparations.
//
// Theory of operation: order and result travel in memory files, judge and host talk over one socket pair, and
// both are pinned to one core, where handing a message over costs least. The judge alone says what the method
// reached; how the host ended only explains why a conversation broke off. A judge may ask for a fresh host
// (judge/task.hpp): the present one is killed and reaped, then another process of the same program starts on
// a socket pair that was made beforehand. Time and CPU limits hold for all hosts of a run together, the
// memory limit for each. Hosts that link libtorch are forks of one zygote per program, which is started when
// the first of them is wanted (torch.hpp); so are judges that link it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "evaluate/cpu_budget.hpp"
#include "evaluate/evaluate.hpp"
#include "evaluate/torch.hpp"
#include "sandbox/sandbox.hpp"
#include "task/packs.hpp"

namespace mls::evaluate {

/// What the judge of one setting and seed needs to know.
struct Assignment {
  const task::Setting* setting = nullptr;
  int seed = 0;
  std::filesystem::path artefact;  ///< what `prepare` wrote, empty when the task prepares nothing
  std::optional<CpuBudget> budget = std::nullopt;  ///< absent: the task's cap
};

/// What the build has made of a task's judge: a program, or the shared object that a zygote's fork loads. May
/// not exist.
[[nodiscard]] std::filesystem::path judge_file(const std::filesystem::path& build,
                                               const std::string& task_id);

/// Bound to one task, one seal key, and caps that are enforced or not; may be used by several threads at
/// once.
class Runner {
 public:
  /// `task` must outlive it. Throws infrastructure when the judge program is missing.
  Runner(const Places& places, const task::Task& task, SealKey seal, bool capped = true);

  /// Does the task's judge prepare anything?
  [[nodiscard]] bool prepares() const { return prepares_; }

  /// Content address of an artefact: whatever decides its bytes.
  [[nodiscard]] std::filesystem::path artefact_place(const Assignment& assignment) const;

  /// Runs `judge prepare` and stores the result at artefact_place(). Throws infrastructure when it fails.
  void prepare(const Assignment& assignment, std::optional<int> cpu, const std::stop_token& stop) const;

  /// Never throws for anything the host does. Throws Interrupted.
  [[nodiscard]] RunRecord run(const Assignment& assignment, const std::filesystem::path& host,
                              std::optional<int> cpu, const std::stop_token& stop) const;

 private:
  [[nodiscard]] std::string order_text(const Assignment& assignment) const;
  [[nodiscard]] sandbox::Command judge_command(const char* verb) const;
  /// What judges are told beside their orders.
  [[nodiscard]] std::map<std::string, std::string> judge_environment() const;
  /// Shows the task's packs, as far as they were fetched.
  void add_packs(sandbox::Command& command) const;
  [[nodiscard]] sandbox::Command judge_zygote_command(const Preload& preload) const;
  /// `artefact` may be empty; else the command's order names it.
  [[nodiscard]] sandbox::Process start_judge(sandbox::Command command,
                                             const std::filesystem::path& artefact = {}) const;
  /// Starts hosts of this program: each a process of its own, or a fork of one that holds their libraries.
  class Starter;
  [[nodiscard]] std::shared_ptr<const Starter> starter_of(const std::filesystem::path& program) const;
  [[nodiscard]] sandbox::Command host_command(const std::filesystem::path& program,
                                              const task::Setting& setting) const;

  std::filesystem::path home_;
  const task::Task& task_;
  SealKey seal_;
  bool capped_;
  std::filesystem::path judge_program_;
  std::string judge_hash_;                              ///< of the sources the judge is made of
  std::vector<std::filesystem::path> torch_libraries_;  ///< of the judge, empty when it does without libtorch
  std::optional<sandbox::Zygote> judge_zygote_;         ///< of a judge that is a shared object
  std::vector<task::Pack> packs_;
  bool prepares_ = false;
  mutable std::mutex starters_mutex_;
  mutable std::map<std::filesystem::path, std::shared_ptr<const Starter>> starters_;
};

}  // namespace mls::evaluate
