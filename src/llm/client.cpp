#include "llm/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <random>
#include <utility>

#include "core/text.hpp"

namespace mls::llm {
namespace {

constexpr std::size_t max_error_body = std::size_t{16} << 10;
constexpr std::size_t max_event_bytes = std::size_t{1} << 20;
// Each token comes in an event of a few hundred bytes.
constexpr std::size_t stream_bytes_per_token = 2048;
constexpr std::size_t spare_stream_bytes = std::size_t{4} << 20;
constexpr std::size_t least_key_bytes = 8;
constexpr double longest_asked_for_s = 3600;

double chance() {
  static thread_local std::mt19937_64 source{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(source);
}

std::size_t max_stream_bytes(int max_output_tokens) {
  return static_cast<std::size_t>(max_output_tokens) * stream_bytes_per_token + spare_stream_bytes;
}

std::string status_text(const HttpEnd& end) {
  switch (end.kind) {
    case HttpEnd::Kind::unreachable:
      return fmt::format("cannot be reached: {}", end.message);
    case HttpEnd::Kind::timeout:
      return fmt::format("did not answer in time: {}", end.message);
    case HttpEnd::Kind::broken:
      return fmt::format("broke off: {}", end.message);
    case HttpEnd::Kind::answered:
    case HttpEnd::Kind::stopped:
      break;
  }
  return fmt::format("answered {}", end.status);
}

bool is_event_stream(int status) { return status >= 200 && status < 300; }

/// What one answer says, as it comes in.
class Hearing {
 public:
  Hearing(std::unique_ptr<ReplyReader> reader, const Redactor& redact, std::size_t most)
      : reader_(std::move(reader)), redact_(redact), most_(most) {}

  /// False when nothing more is of interest. Throws what the reader throws.
  bool take(int status, std::string_view bytes) {
    received_ += bytes.size();
    if (received_ > most_) return false;
    if (!is_event_stream(status)) {
      error_body_ += bytes.substr(0, max_error_body - error_body_.size());
      return error_body_.size() < max_error_body;
    }
    events_.take(bytes, [this](const ServerEvent& event) {
      any_event_ = true;
      try {
        reader_->take({event.name, redact_(event.data)});
      } catch (const ServerRefusal& refusal) {
        throw ServerRefusal(refusal.kind(), fmt::format("broke off: {}", refusal.what()));
      }
    });
    return !reader_->over() && !reader_->partial().overflown();
  }

  [[nodiscard]] ReplyReader& reader() { return *reader_; }
  [[nodiscard]] bool answered() const { return reader_->complete() || reader_->partial().overflown(); }

  /// Throws what a status of error says.
  void require_no_refusal(const HttpEnd& end) const {
    if (end.status == 0 || is_event_stream(end.status)) return;
    const ServerRefusal refusal = refusal_of(end.status, redact_(error_body_));
    throw ServerRefusal(refusal.kind(), fmt::format("answered {}: {}", end.status, refusal.what()));
  }

  /// Why there is no answer.
  [[nodiscard]] std::string failure(const HttpEnd& end) const {
    if (received_ > most_) return fmt::format("sent {} bytes without an end to its answer", received_);
    if (end.kind != HttpEnd::Kind::answered) return status_text(end);
    if (received_ == 0) return "answered nothing";
    return any_event_ ? "broke off in the middle of an answer"
                      : "answered something other than a stream of events";
  }

 private:
  std::unique_ptr<ReplyReader> reader_;
  const Redactor& redact_;
  std::size_t most_;
  EventStream events_{max_event_bytes};
  std::size_t received_ = 0;
  bool any_event_ = false;
  std::string error_body_;
};

}  // namespace

double wait_s(const Patience& patience, int retry, double chance, std::optional<double> asked_for) {
  const double whole =
      std::min(patience.longest_wait_s, std::ldexp(patience.first_wait_s, std::min(retry, 60)));
  return std::max(whole * (0.5 + 0.5 * chance), asked_for.value_or(0));
}

// --- Keys
// ------------------------------------------------------------------------------------------------------------

std::string key_from(const std::string& variable) {
  if (variable.empty()) return "";
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0')
    throw bad_input(fmt::format(
        "the environment variable {} is not set; it is to hold the key of the model server", variable));
  const std::string key = value;
  const bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!printable)
    throw bad_input(
        fmt::format("the environment variable {} holds more than printable characters", variable));
  if (key.size() < least_key_bytes) {
    throw bad_input(
        fmt::format("the environment variable {} holds less than {} characters, too few to be kept out of "
                    "logs; for a server "
                    "that takes no key leave out `key_variable`",
                    variable, least_key_bytes));
  }
  return key;
}

// --- Asking
// ----------------------------------------------------------------------------------------------------------

/// What became of one request: an answer, or why there is none.
struct ModelClient::Attempt {
  std::optional<Reply> reply;
  bool stopped = false;
  Failure failure;
  std::optional<ServerRefusal> refusal;  ///< that no further attempt can change
  std::optional<double> asked_for_s;
};

ModelClient::ModelClient(ModelOptions options, Patience patience, std::string key, const Http& http,
                         Wait wait)
    : options_(std::move(options)),
      patience_(patience),
      key_(std::move(key)),
      redact_(key_),
      http_(http),
      wait_(std::move(wait)),
      wire_(wire_named(options_.api)) {}

void ModelClient::sleep_for(double seconds, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, std::chrono::duration<double>(seconds), [] { return false; });
}

std::string ModelClient::said(const std::string& what) const {
  return redact_(fmt::format("the model server {} {}", options_.url, what));
}

Traffic ModelClient::traffic(const ReplyReader& reader, std::size_t sent) const {
  return {sent, reader.partial().bytes(), options_.max_output_tokens};
}

Reply ModelClient::checked(ReplyReader& reader, std::size_t sent) const {
  const Traffic traffic = this->traffic(reader, sent);
  const ClaimedUsage claimed = reader.partial().claimed;
  const bool overflown = reader.partial().overflown();
  Reply reply = reader.reply();
  reply.usage = believable(claimed, traffic, reply.doubts);
  if (overflown)
    reply.doubts.push_back(
        fmt::format("more was sent than {} tokens can be: what came after {} bytes was left out",
                    options_.max_output_tokens, traffic.received));
  redact_.clean(reply.message);
  reply.model = redact_(plain_text(reply.model, 256));
  return reply;
}

ModelClient::Attempt ModelClient::attempt(const HttpRequest& request, const std::stop_token& stop) const {
  ReplyLimits limits = limits_for(options_.max_output_tokens);
  limits.secret = key_;
  Hearing hearing(wire_->reader(limits), redact_, max_stream_bytes(options_.max_output_tokens));
  Attempt attempt;
  std::string& why = attempt.failure.why;
  try {
    const HttpEnd end = http_.post(
        request, [&](int status, std::string_view bytes) { return hearing.take(status, bytes); }, stop);
    attempt.asked_for_s = end.retry_after_s;
    attempt.stopped = stop.stop_requested();
    if (hearing.answered()) {
      attempt.reply = checked(hearing.reader(), request.body.size());
      return attempt;
    }
    if (attempt.stopped) {
      why = "was stopped in the middle of its answer";
    } else {
      hearing.require_no_refusal(end);
      why = hearing.failure(end);
    }
  } catch (const ServerRefusal& refusal) {
    why = refusal.what();
    if (refusal.kind() != ServerRefusal::Kind::transient) attempt.refusal.emplace(refusal.kind(), said(why));
  } catch (const Error& error) {
    why = fmt::format("sent what is not understood: {}", error.what());
  }
  why = said(why);
  // Servers charge for what they have read and said, whether it arrives or not.
  const ClaimedUsage& claimed = hearing.reader().partial().claimed;
  if (claimed.prompt || claimed.completion)
    attempt.failure.usage =
        believable(claimed, traffic(hearing.reader(), request.body.size()), attempt.failure.doubts);
  return attempt;
}

std::optional<Reply> ModelClient::ask(const Messages& messages, const std::vector<Tool>& tools,
                                      const std::stop_token& stop, const Tell& tell) const {
  HttpRequest request;
  request.url = options_.url + wire_->path();
  request.headers = wire_->headers(key_);
  for (const auto& [name, value] : options_.headers)
    request.headers.push_back(fmt::format("{}: {}", name, value));
  request.body =
      wire_->request(options_, messages, tools).dump(-1, ' ', false, Json::error_handler_t::replace);
  request.timeout_s = patience_.request_s;
  for (int retry = 0;; ++retry) {
    Attempt attempt = this->attempt(request, stop);
    if (attempt.reply) return std::move(attempt.reply);
    Failure& failure = attempt.failure;
    const bool stopped = attempt.stopped || stop.stop_requested();
    const bool again = !stopped && !attempt.refusal && retry < patience_.retries &&
                       !(attempt.asked_for_s > longest_asked_for_s);
    if (again) failure.wait_s = wait_s(patience_, retry, chance(), attempt.asked_for_s);
    if (tell && (!stopped || failure.usage)) tell(failure);
    if (stopped) return std::nullopt;
    if (attempt.refusal) throw ServerRefusal(*attempt.refusal);
    if (!again) {
      throw infrastructure(fmt::format("{}; given up after {} attempt{}; the same command goes on from here",
                                       failure.why, retry + 1, retry == 0 ? "" : "s"));
    }
    wait_(*failure.wait_s, stop);
    if (stop.stop_requested()) return std::nullopt;
  }
}

}  // namespace mls::llm
