// What an agent's tools and the desk say to each other: JSON lines (docs/agents.md, "The socket").
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "trial/supervisor.hpp"

namespace mls::trial {

/// The answer to one request, without a newline: {"ok": true, "text", ...} or {"ok": false, "reason",
/// "message"}. Total: any bytes give an answer. What is refused is logged; a fault of the benchmark ends the
/// trial (Supervisor::fail).
[[nodiscard]] std::string answer(Supervisor& supervisor, std::string_view line);

/// One of "test", "submit", "note", "budget", "result" with the fields of its request: the answer without
/// "ok" and "status". Throws Refusal, and what Supervisor throws.
[[nodiscard]] Json carried_out(Supervisor& supervisor, const std::string& what, const Json& request);

/// carried_out of a "test" in two steps, as Supervisor::begin_test takes them.
[[nodiscard]] std::function<Json()> begun_test(Supervisor& supervisor, const Json& request);

/// {"ok": false, ...}, without a newline.
[[nodiscard]] std::string refusal_line(Refusal::Reason reason, const std::string& message);

/// A test's report beside the baselines, for the agent to read.
[[nodiscard]] std::string report_text(const TestReport& report, const Brief& brief);

/// Bytes of a text in base64 (RFC 4648, with padding). Throws bad_input when it is none.
[[nodiscard]] std::string base64_decoded(std::string_view text);

}  // namespace mls::trial
