// task: optimization-online-bandit
// route: detecting hidden settings
// tries: to read the setting's name or its parameters out of what the judge sends
// expect: protocol_violation
// message: exited (code 0)

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  const mls::Message& start = judge.receive();
  for (const auto& [name, value] : start.scalars()) {
    const bool told = std::holds_alternative<std::string>(value) || std::holds_alternative<double>(value);
    if (told || name == "seed" || name == "setting" || name == "hidden") _exit(1);
  }
}
