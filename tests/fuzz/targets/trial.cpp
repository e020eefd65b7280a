// trial::TrialLog: events.jsonl and trial.json of a trial.
#include "tests/fuzz/targets/support.hpp"
#include "trial/atif.hpp"
#include "trial/trial_log.hpp"

namespace mls::fuzz {

void read_trial(std::string_view bytes) {
  const trial::TrialLog log(scratch(), {"small", "t", "y", "public", "tuner", Json::object(), "tuner"});
  std::filesystem::create_directories(log.folder());
  lay(log.folder() / "events.jsonl", bytes);
  lay(log.folder() / "trial.json", bytes);
  may_refuse([&] {
    for (const trial::TestReport& test : log.history().tests()) {
      require(!test.score || (*test.score >= 0 && *test.score <= 1), "scores are in 0 ... 1");
      (void)trial::to_json(test).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  });
  may_refuse([&] { (void)log.end(); });
  may_refuse([&] {
    const Json trajectory = trial::atif_trajectory(log.id(), log.events());
    require(!trajectory.at("steps").empty(), "a trajectory has a step");
    (void)trajectory.dump(-1, ' ', false, Json::error_handler_t::replace);
  });
  may_refuse([&] { (void)trial::TrialLog::named(scratch(), log.id()); });
}

}  // namespace mls::fuzz
