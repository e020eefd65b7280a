// The workshop that a supervisor opens for an agent that is a program: a workspace with tools, and the socket
// that they speak to.
#pragma once

#include "trial/desk_server.hpp"
#include "trial/supervisor.hpp"

namespace mls::trial {

class DeskWorkshop final : public Workshop {
 public:
  /// Makes the folder `desk` beside the trial's log anew. `supervisor` must live longer.
  explicit DeskWorkshop(Supervisor& supervisor);
  /// Waits for the test that is running and takes the folder away.
  ~DeskWorkshop() override;
  DeskWorkshop(const DeskWorkshop&) = delete;
  DeskWorkshop& operator=(const DeskWorkshop&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const override { return folder_; }
  [[nodiscard]] std::vector<std::filesystem::path> secrets() const override;
  [[nodiscard]] std::stop_token over() const override { return supervisor_.over(); }
  [[nodiscard]] std::filesystem::path log_file() const override;
  void event(std::string_view kind, const Json& fields) override { supervisor_.event(kind, fields); }
  [[nodiscard]] bool anything_done() const override { return supervisor_.anything_done(); }

 private:
  Supervisor& supervisor_;
  std::filesystem::path folder_;
  std::unique_ptr<DeskServer> server_;
};

/// A line for each limit, "- ..."; empty when there is none.
[[nodiscard]] std::string limits_text(const Budget& budget, std::string_view what_actions_are);

/// What an agent is to achieve and what is unusual about its trial, whatever it works with: a title and a
/// paragraph.
[[nodiscard]] std::string goal_text(const Brief& brief);

/// For an agent that goes on with a trial: that it does, and what is known of what was done before; empty for
/// one that begins. `where`: what is left, beside method.cpp, in the middle of a sentence. `last_result`: how
/// to see it; may be empty.
[[nodiscard]] std::string earlier_text(const Supervisor& supervisor, std::string_view where,
                                       std::string_view last_result);

/// What an agent that is a program is told to do.
[[nodiscard]] std::string instructions(const Supervisor& supervisor);

}  // namespace mls::trial
