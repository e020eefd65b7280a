// score::parse_calibration: accepts only what to_text writes.
#include "score/testing.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_calibration(std::string_view bytes) {
  static const task::Task task = score::testing::small_task();
  may_refuse([&] {
    const score::Calibration calibration = score::parse_calibration(task, bytes, "calibration.json");
    require(score::to_text(calibration) == bytes, "a calibration is written as it was read");
    for (const auto& baseline : score::baseline_scores(task, calibration, false)) {
      require(baseline.score.score >= 0 && baseline.score.score <= 1, "scores are in 0 ... 1");
    }
  });
}

}  // namespace mls::fuzz
