// Protocol `decide`, host's side; the wire is described in judge/decide.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/host.hpp"

namespace mls::host {

/// Fills `choice`, which comes empty, with as many numbers as the situation asks for.
using DecideHandler = std::function<void(const Message& situation, std::vector<std::int32_t>& choice)>;

/// Decides until the judge ends it.
void decide(JudgeLink& judge, const DecideHandler& handler);

}  // namespace mls::host
