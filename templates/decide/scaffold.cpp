// Host's side: tells the policy what was requested and returns what it gives up.
#include <vector>

#include "host/decide.hpp"
#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  const Message& start = judge.expect("start");
  const int slots = static_cast<int>(start.integer("slots"));
  const int pages = static_cast<int>(start.integer("pages"));
  std::unique_ptr<paging::Policy> policy;
  decide(judge, [&](const Message& situation, std::vector<std::int32_t>& choice) {
    std::int64_t time = situation.integer("time");
    if (time == 0) policy = paging::make_policy(slots, pages);
    for (const int page : situation.values<std::int32_t>("requests")) policy->requested(page, time++);
    const auto cached = situation.values<std::int32_t>("cached");
    choice.push_back(policy->evict(cached, situation.values<std::int32_t>("requests").back()));
  });
}
