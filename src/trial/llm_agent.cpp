#include "trial/llm_agent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/error.hpp"
#include "llm/context.hpp"
#include "trial/conversation.hpp"
#include "trial/desk_protocol.hpp"
#include "trial/tools.hpp"

namespace mls::trial {
namespace {

using From = llm::Message::From;

constexpr int max_nudges = 2;
constexpr int max_refits = 4;
// A log has 64 MiB at most, and steps must fit in, too.
constexpr std::uintmax_t max_log_bytes = std::uintmax_t{24} << 20;
constexpr const char* nudge_text =
    "You called no tool, and nothing is submitted. If method.cpp as it is now is what you want to be scored, "
    "call "
    "submit; otherwise go on.";

/// One trial's conversation.
class Talk {
 public:
  Talk(const LlmOptions& options, Toolbox& toolbox, const llm::ModelClient& client)
      : options_(options),
        toolbox_(toolbox),
        desk_(toolbox.supervisor()),
        client_(client),
        room_(llm::room_for(options.context_tokens, options.model.max_output_tokens)) {
    for (const ToolSpec& tool : toolbox.tools())
      tools_.push_back({tool.name, tool.description, tool.input_schema});
  }

  void run() {
    desk_.event("agent started", Json::object());
    take_up();
    while (!desk_.over().stop_requested()) {
      if (std::optional<std::string> why = step()) {
        desk_.event("agent ended", {{"how", *why}, {"output", ""}});
        return;
      }
    }
  }

 private:
  /// Begins, or goes on where the log ends.
  void take_up() {
    Recorded recorded = recorded_conversation(desk_.log().events());
    for (llm::Message& message : recorded.messages) remember(std::move(message));
    answers_ = recorded.answers;
    cost_usd_ = recorded.cost_usd;
    if (talk_.empty()) say({.from = From::system, .text = toolbox_.instructions()});
    if (talk_.size() == 1) say({.from = From::user, .text = toolbox_.task_text()});
    for (const llm::ToolCall& call : open_calls(talk_)) answer(call, interrupted(call));
  }

  /// Does what comes next; says why when nothing does.
  std::optional<std::string> step() {
    const llm::Message& last = talk_.back();
    if (last.from != From::agent) {
      std::optional<std::string> why = limit();
      if (!why) ask();
      return why;
    }
    if (last.calls.empty())
      return nudged() ? std::nullopt : std::optional<std::string>("called no tool any more");
    for (const llm::ToolCall& call : open_calls(talk_)) {
      if (desk_.over().stop_requested()) break;
      answer(call, carry_out(call));
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> limit() const {
    if (answers_ >= options_.turns) return fmt::format("reached the limit of {} turns", options_.turns);
    if (options_.cost_usd && cost_usd_ >= *options_.cost_usd)
      return fmt::format("reached the limit of {} USD", *options_.cost_usd);
    std::error_code absent;
    const auto bytes = std::filesystem::file_size(desk_.log().folder() / "events.jsonl", absent);
    if (!absent && bytes > max_log_bytes) return "said more than a log can hold";
    return std::nullopt;
  }

  void ask() {
    fit();
    for (int refit = 0;; ++refit) {
      try {
        const auto reply = client_.ask(talk_, tools_, desk_.over(),
                                       [this](const llm::Failure& failure) { failed(failure); });
        if (reply) take(*reply);
        return;
      } catch (const llm::ServerRefusal& refusal) {
        if (refusal.kind() != llm::ServerRefusal::Kind::too_long || refit == max_refits) throw;
        // The estimate was wrong, or the context is smaller than we were told.
        room_ = std::min(room_, llm::bytes_of(talk_)) / 2;
        fit();
      }
    }
  }

  /// What failed may have cost something all the same.
  void failed(const llm::Failure& failure) {
    if (failure.usage) {
      const Spent spent = spent_on(*failure.usage);
      desk_.event("spent", failure_fields(failure, spent));
      cost_usd_ += spent.usd.value_or(0);
    }
    if (failure.wait_s) desk_.event("retry", {{"why", failure.why}, {"wait_s", *failure.wait_s}});
  }

  [[nodiscard]] Spent spent_on(const llm::Usage& usage) const {
    Spent spent{usage, std::nullopt};
    if (options_.prices) spent.usd = llm::cost_usd(usage, *options_.prices);
    return spent;
  }

  void fit() {
    const std::size_t before = llm::bytes_of(talk_);
    if (llm::trim(talk_, room_))
      desk_.event("trimmed", {{"bytes_before", before}, {"bytes", llm::bytes_of(talk_)}});
  }

  void take(llm::Reply reply) {
    make_ids_unique(reply.message, answers_);
    const Spent spent = spent_on(reply.usage);
    desk_.event("message", answer_fields(reply, spent));
    ++answers_;
    cost_usd_ += spent.usd.value_or(0);
    remember(std::move(reply.message));
  }

  /// Thoughts that are not sent back take no room.
  void remember(llm::Message message) {
    if (!options_.model.return_reasoning) message.reasoning.clear();
    talk_.push_back(std::move(message));
  }

  [[nodiscard]] ToolResult carry_out(const llm::ToolCall& call) {
    if (call.broken.empty()) return toolbox_.call(call.name, call.arguments);
    return {fmt::format("Nothing was done: the arguments are not understood: {}\n", call.broken), true};
  }

  /// Of a call whose result a kill has swallowed: it may have been carried out or not.
  [[nodiscard]] ToolResult interrupted(const llm::ToolCall& call) {
    const std::string what = call.name == "test" ? "result" : "budget";
    return {
        "The trial was interrupted before this call was answered. It may have been carried out; this is how "
        "things "
        "stand now:\n" +
            carried_out(desk_, what, Json::object()).at("text").get<std::string>(),
        true};
  }

  void answer(const llm::ToolCall& call, ToolResult result) {
    llm::Message message;
    message.from = From::tool;
    message.text = std::move(result.text);
    message.call_id = call.id;
    message.error = result.error;
    desk_.event("tool_result", result_fields(message, call.name));
    talk_.push_back(std::move(message));
  }

  void say(llm::Message message) {
    desk_.event("message", message_fields(message));
    talk_.push_back(std::move(message));
  }

  /// A model that stops without having submitted may have forgotten to.
  bool nudged() {
    int nudges = 0;
    for (auto at = talk_.rbegin(); at != talk_.rend() && at->from != From::tool; ++at) {
      if (at->from == From::user && at->text == nudge_text) ++nudges;
    }
    if (nudges >= max_nudges || !desk_.status().at("submitted_sha256").is_null()) return false;
    say({.from = From::user, .text = nudge_text});
    return true;
  }

  const LlmOptions& options_;
  Toolbox& toolbox_;
  Supervisor& desk_;
  const llm::ModelClient& client_;
  std::size_t room_;
  std::vector<llm::Tool> tools_;
  llm::Messages talk_;
  int answers_ = 0;
  double cost_usd_ = 0;
};

}  // namespace

void LlmAgent::run(Desk& desk) const {
  const auto toolbox = desk.open_toolbox();
  const llm::ModelClient client(options_.model, options_.patience, llm::key_from(options_.key_variable),
                                http_);
  try {
    Talk(options_, *toolbox, client).run();
  } catch (const llm::ServerRefusal& refusal) {
    if (!toolbox->supervisor().anything_done()) throw;
    throw bad_input(
        fmt::format("{}; `mls run` asks again, and with --finish ends the trial and scores what was "
                    "submitted or tested last",
                    refusal.what()));
  }
}

}  // namespace mls::trial
