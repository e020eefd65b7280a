// store::load_events: events.jsonl, torn or not.
#include <algorithm>

#include "store/run_folder.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_events(std::string_view bytes) {
  lay(scratch() / "events.jsonl", bytes);
  may_refuse([&] {
    const store::Events found = store::load_events(scratch());
    const auto lines = static_cast<std::size_t>(std::ranges::count(bytes, '\n')) + 1;
    require(found.events.size() + static_cast<std::size_t>(found.unreadable) <= lines,
            "a line is one event at most");
    for (const Json& event : found.events) (void)event.dump(-1, ' ', false, Json::error_handler_t::replace);
  });
}

}  // namespace mls::fuzz
