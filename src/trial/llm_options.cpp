#include "trial/llm_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "task/strict_toml.hpp"
#include "trial/agent_config.hpp"

namespace mls::trial {
namespace {

using task::TomlFields;

constexpr std::int64_t max_tokens = 10'000'000;
constexpr double max_price = 1e6;
constexpr int least_context_tokens = 16000;
constexpr int least_thinking_tokens = 1024;  // the API takes no less

double real_in(const TomlFields& fields, const char* key, double otherwise, double least, double most) {
  if (!fields.has(key)) return otherwise;
  const double value = fields.real(key);
  if (value < least || value > most)
    throw fields.error(key, fmt::format("`{}` must be in {} ... {}, not {}", key, least, most, value));
  return value;
}

std::string default_url(const std::string& api) {
  return api == "anthropic" ? "https://api.anthropic.com/v1" : "https://api.openai.com/v1";
}

/// "127.0.0.1" of "http://127.0.0.1:8000/v1"
std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  std::string host = url.substr(begin, url.find('/', begin) - begin);
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::string url_in(const TomlFields& fields, const std::string& api, bool with_key) {
  if (!fields.has("url")) return default_url(api);
  std::string url = fields.text("url");
  const bool scheme = url.starts_with("http://") || url.starts_with("https://");
  const bool plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7f'; }) &&
                     url.find_first_of("@?#\"\\") == std::string::npos;
  if (!scheme || !plain || host_of(url).empty()) {
    throw fields.error("url", fmt::format("`url` must be the base of the API, like \"{}\", without user, "
                                          "query or fragment",
                                          default_url(api)));
  }
  if (with_key && url.starts_with("http://") && !is_this_machine(host_of(url))) {
    throw fields.error("url",
                       "a key would be sent unencrypted to another machine; use https, or leave out "
                       "`key_variable` for a server that takes no key");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Json extra_in(const TomlFields& fields) {
  Json extra = fields.object("extra");
  for (const char* ours : {"model", "messages", "system", "tools", "stream"}) {
    if (extra.contains(ours))
      throw fields.error("extra", fmt::format("`extra` must not set \"{}\": that is the agent's part", ours));
  }
  return extra;
}

/// Keys would be logged with the rest of the file.
bool is_for_keys(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  constexpr std::array<std::string_view, 4> parts{"authorization", "key", "token", "cookie"};
  return std::ranges::any_of(parts, [&](auto part) { return name.find(part) != std::string::npos; });
}

std::map<std::string, std::string> headers_in(const TomlFields& fields) {
  std::map<std::string, std::string> headers;
  const Json given = fields.object("headers");
  for (const auto& [name, value] : given.items()) {
    const bool good_name = !name.empty() && std::ranges::all_of(name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    const bool good =
        good_name && value.is_string() &&
        std::ranges::all_of(value.get<std::string>(), [](char c) { return c >= ' ' && c < '\x7f'; });
    if (!good) throw fields.error("headers", fmt::format("the header \"{}\" must be a printable text", name));
    if (is_for_keys(name)) {
      throw fields.error("headers",
                         fmt::format("the header \"{}\" looks like a key, and this file is recorded in "
                                     "trials; put keys into the environment variable of "
                                     "`key_variable`",
                                     name));
    }
    headers[name] = value.get<std::string>();
  }
  return headers;
}

llm::ModelOptions model_in(const TomlFields& fields, const std::string& key_variable) {
  llm::ModelOptions model;
  model.api = fields.choice("api", {"openai", "anthropic"});
  model.name = fields.text("name");
  model.url = url_in(fields, model.api, !key_variable.empty());
  if (fields.has("reasoning_effort")) model.reasoning_effort = fields.text("reasoning_effort");
  if (fields.has("temperature")) model.temperature = real_in(fields, "temperature", 1, 0, 2);
  model.max_output_tokens = integer_or(fields, "max_output_tokens", model.max_output_tokens, 256, 1'000'000);
  if (fields.has("thinking_tokens")) {
    if (model.api != "anthropic")
      throw fields.error("thinking_tokens",
                         "`thinking_tokens` is of the API anthropic; openai takes `reasoning_effort`");
    model.thinking_tokens =
        integer_or(fields, "thinking_tokens", 0, least_thinking_tokens, model.max_output_tokens - 1);
  }
  model.return_reasoning = fields.flag("return_reasoning", false);
  if (model.return_reasoning && model.api != "openai")
    throw fields.error("return_reasoning",
                       "`return_reasoning` is of the API openai; anthropic always gets it back");
  model.extra = extra_in(fields);
  model.headers = headers_in(fields);
  return model;
}

llm::Prices prices_in(const TomlFields& fields) {
  llm::Prices prices;
  for (const char* required : {"input", "output"}) {
    if (!fields.has(required))
      throw fields.error(required, fmt::format("`{}` is missing: US dollars per million tokens", required));
  }
  prices.input = real_in(fields, "input", 0, 0, max_price);
  prices.output = real_in(fields, "output", 0, 0, max_price);
  prices.cached = real_in(fields, "cached", prices.input, 0, max_price);
  prices.cache_write = real_in(fields, "cache_write", prices.input, 0, max_price);
  return prices;
}

void read_limits(LlmOptions& options, const TomlFields& fields) {
  options.budget.seconds = integer_or(fields, "seconds", default_seconds, 1, max_seconds);
  options.turns = integer_or(fields, "turns", options.turns, 1, 5000);
  llm::Patience& patience = options.patience;
  patience.request_s = real_in(fields, "request_seconds", patience.request_s, 0.1, 24 * 3600);
  patience.retries = integer_or(fields, "retries", patience.retries, 0, 1000);
  patience.first_wait_s = real_in(fields, "first_wait_seconds", patience.first_wait_s, 0.001, 3600);
  patience.longest_wait_s = std::max(
      patience.first_wait_s, real_in(fields, "longest_wait_seconds", patience.longest_wait_s, 0.001, 3600));
  if (!fields.has("cost_usd")) return;
  if (!options.prices)
    throw fields.error("cost_usd",
                       "`cost_usd` needs a table [price], for nothing else tells what tokens cost");
  options.cost_usd = fields.positive("cost_usd", 1e6);
}

Json or_null(const auto& value) { return value ? Json(*value) : Json(nullptr); }

Json prices_json(const std::optional<llm::Prices>& prices) {
  if (!prices) return nullptr;
  return {{"input", prices->input},
          {"output", prices->output},
          {"cached", prices->cached},
          {"cache_write", prices->cache_write}};
}

}  // namespace

LlmOptions llm_options_from_toml(std::string_view text, const std::string& file) {
  const task::TomlDocument document = task::parse_toml(text, file, agent_guide);
  const TomlFields root(document, {"model", "price", "limits"});
  const TomlFields model = root.table(
      "model", {"api", "name", "url", "key_variable", "reasoning_effort", "thinking_tokens", "temperature",
                "max_output_tokens", "context_tokens", "return_reasoning", "extra", "headers"});
  LlmOptions options;
  if (model.has("key_variable")) options.key_variable = model.text("key_variable");
  options.model = model_in(model, options.key_variable);
  options.context_tokens =
      integer_or(model, "context_tokens", options.context_tokens, least_context_tokens, max_tokens);
  if (root.has("price"))
    options.prices = prices_in(root.table("price", {"input", "output", "cached", "cache_write"}));
  options.budget.seconds = default_seconds;
  if (root.has("limits")) {
    read_limits(options, root.table("limits", {"seconds", "turns", "cost_usd", "request_seconds", "retries",
                                               "first_wait_seconds", "longest_wait_seconds"}));
  }
  return options;
}

LlmOptions llm_options(const AgentOptions& options) {
  LlmOptions found =
      llm_options_from_toml(config_text(options, "llm", "names the model"), options.config.string());
  found.budget = budget_of(options, found.budget.seconds);
  found.predict = options.predict;
  return found;
}

Json to_json(const LlmOptions& options) {
  const llm::ModelOptions& model = options.model;
  const llm::Patience& patience = options.patience;
  return {{"tier", options.budget.tier},
          {"api", model.api},
          {"model", model.name},
          {"url", model.url},
          {"key_variable", options.key_variable},
          {"reasoning_effort", model.reasoning_effort},
          {"thinking_tokens", or_null(model.thinking_tokens)},
          {"temperature", or_null(model.temperature)},
          {"max_output_tokens", model.max_output_tokens},
          {"context_tokens", options.context_tokens},
          {"return_reasoning", model.return_reasoning},
          {"extra", model.extra},
          {"headers", model.headers},
          {"prices", prices_json(options.prices)},
          {"seconds", or_null(options.budget.seconds)},
          {"turns", options.turns},
          {"cost_usd", or_null(options.cost_usd)},
          {"request_seconds", patience.request_s},
          {"retries", patience.retries},
          {"wait_seconds", {patience.first_wait_s, patience.longest_wait_s}},
          {"predict", options.predict}};
}

}  // namespace mls::trial
