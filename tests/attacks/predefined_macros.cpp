// task: optimization-online-bandit
// route: compile-time leaks
// tries: to learn the setting from names and times of the compilation, and to try its luck anew with every
// one
// expect: harmless

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {
  const std::string_view file = __FILE__ "|" __BASE_FILE__;
  if (file.find("hidden") != std::string_view::npos || file.find("seed") != std::string_view::npos) {
    throw std::runtime_error("the file's name tells");
  }
  const std::string_view date = __DATE__;
  const std::string_view time = __TIME__;
  const std::string_view stamp = __TIMESTAMP__;
  if (date == "Jan  1 1970" && time == "00:00:00" && stamp.ends_with("1970")) return;
  throw std::runtime_error("the time of the compilation is there to be used as a source of luck");
}
