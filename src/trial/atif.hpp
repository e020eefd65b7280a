// A trial as a trajectory in Harbor's Agent Trajectory Interchange Format, ATIF v1.7.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"

namespace mls::trial {

/// What an agent said is a step of its own, with the calls it made and what they gave. Of an agent whose
/// words the log does not know (a program, the tuner) every test, edit, submission, note and refusal is a
/// step with one call; edits are unified diffs. Everything else that tells something is a step of the system.
/// Events that a step comes from or that happened during it are in its extra.events as they are. Total: any
/// events give a valid trajectory; fields that are missing or of the wrong type are left out.
[[nodiscard]] Json atif_trajectory(const std::string& trial, const std::vector<Json>& events);

}  // namespace mls::trial
