// What the spy's methods say: when the spy has seen enough.
#pragma once

#include <string>

struct Until {
  std::string kind;  ///< of the message with which it has
  int restores = 0;  ///< how many `restore` must have come before: 1 in evaluation, more under probes
};

Until spy_until();
