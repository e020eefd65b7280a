// evaluate::evaluation_from_json and run_from_json (the result cache's entries): read, written and read again
// to the same.
#include "evaluate/evaluate.hpp"
#include "evaluate/result_cache.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_evaluation(std::string_view bytes) {
  may_refuse([&] {
    const Json json = parse_json(bytes);
    may_refuse([&] {
      const Json run = evaluate::to_json(evaluate::run_from_json(json));
      require(evaluate::to_json(evaluate::run_from_json(run)) == run, "a run is read back");
    });
    const Json evaluation = evaluate::to_json(evaluate::evaluation_from_json(json));
    require(evaluate::to_json(evaluate::evaluation_from_json(evaluation)) == evaluation,
            "an evaluation is read back");
  });
}

}  // namespace mls::fuzz
