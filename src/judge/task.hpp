// What a task's judge.cpp is written against. The judge is trusted: it owns data, labels, environments and
// metrics, and treats everything the host sends as hostile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/channel.hpp"
#include "core/json.hpp"
#include "core/message.hpp"
#include "core/rng.hpp"

namespace mls::judge {

/// Raw metrics by the ids of task.toml. Every one must be finite.
using Metrics = std::map<std::string, double>;

/// Ends the run with a verdict against the method.
class Violation : public std::runtime_error {
 public:
  enum class Kind { protocol_violation, invalid_output };
  Violation(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};
[[nodiscard]] inline Violation invalid_output(const std::string& message) {
  return {Violation::Kind::invalid_output, message};
}
[[nodiscard]] inline Violation protocol_violation(const std::string& message) {
  return {Violation::Kind::protocol_violation, message};
}

/// A setting's parameters from task.toml; a missing or mistyped one is our own bug (std::runtime_error naming
/// it).
class Params {
 public:
  explicit Params(nlohmann::json values) : values_(std::move(values)) {}
  [[nodiscard]] std::int64_t integer(const std::string& name) const;
  [[nodiscard]] double real(const std::string& name) const;
  [[nodiscard]] std::string text(const std::string& name) const;
  [[nodiscard]] bool flag(const std::string& name) const;  ///< false when absent

 private:
  nlohmann::json values_;
};

/// Everything random that a judge draws: HMAC-SHA256(seal key, task | setting | seed) is handed in, streams
/// derive from it.
class Draws {
 public:
  Draws(std::string seed_key, std::string setting_key)
      : seed_key_(std::move(seed_key)), setting_key_(std::move(setting_key)) {}
  /// Differs by seed.
  [[nodiscard]] Rng rng(std::string_view stream) const;
  /// The same for all seeds of a setting (and so for all methods).
  [[nodiscard]] Rng setting_rng(std::string_view stream) const;

 private:
  std::string seed_key_;
  std::string setting_key_;
};

/// Data packs the task declared.
class Packs {
 public:
  explicit Packs(std::map<std::string, std::filesystem::path> folders) : folders_(std::move(folders)) {}
  /// Path of a file of a pack; std::runtime_error when the task did not declare the pack.
  [[nodiscard]] std::filesystem::path file(const std::string& pack, const std::string& name) const;

 private:
  std::map<std::string, std::filesystem::path> folders_;
};

/// The judge's end of the conversation. What the host breaks becomes a Violation.
class HostLink {
 public:
  explicit HostLink(Channel channel) : channel_(std::make_unique<Channel>(std::move(channel))) {}
  void send(const Message& message) { channel_->send(message); }
  /// Any kind; the protocol loops look at message.kind().
  const Message& receive() { return channel_->receive(); }
  /// Throws protocol_violation when the next message is of another kind.
  const Message& expect(std::string_view kind);
  /// send + expect.
  const Message& ask(const Message& request, std::string_view reply_kind);
  [[nodiscard]] double waited_s() const { return channel_->waited_s(); }
  /// Closes the connection and goes on over another one: see Run::fresh_host.
  void continue_over(Channel channel) { channel_ = std::make_unique<Channel>(std::move(channel)); }

 private:
  std::unique_ptr<Channel> channel_;
};

/// What prepare gets: no host exists yet.
struct Preparation {
  Params params;
  std::int64_t seed = 0;
  Draws draws;
  Packs packs;
  std::function<void(const std::string&)> say;  ///< progress lines for people
};

/// What run gets.
struct Run {
  Params params;
  std::int64_t seed = 0;
  Draws draws;
  Packs packs;
  const Message&
      artefact;  ///< what prepare returned for this setting and seed; an empty message without prepare
  HostLink& host;
  /// Ends the host and goes on with another process of the same program, to which `host` then speaks. The new
  /// one starts after the old one is dead and knows only what it is told; limits of time hold for both
  /// together. At most most_hosts - 1 times in a run (descriptors.hpp), else std::logic_error.
  std::function<void()> fresh_host = {};
};

struct TaskCode {
  /// Optional. Trains or simulates once what every method's run of this setting and seed shares; stored under
  /// the hash of all its inputs. Deterministic.
  std::function<StoredMessage(const Preparation&)> prepare;
  std::function<Metrics(Run&)> run;
};

/// main() of a judge program.
int judge_main(int argc, char** argv, const TaskCode& task);

/// Encodes and re-reads a message so that it owns its tensors: what prepare returns.
[[nodiscard]] StoredMessage store(const Message& message);

}  // namespace mls::judge
