// A trial's events, for people to read.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"

namespace mls::trial {

/// Markdown-free text: a line or a paragraph for each event, in order, with the time since the first one.
/// Total: events of other versions are shown as they are. Control characters of agents are taken out.
[[nodiscard]] std::string trace_text(const std::vector<Json>& events);

/// That of one event, without its time; empty for what is of no interest.
[[nodiscard]] std::string event_text(const Json& event);

}  // namespace mls::trial
