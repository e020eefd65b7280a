// store::load_result: result.json of a run folder; what is read is written and read again to the same.
#include "store/run_folder.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_result(std::string_view bytes) {
  const auto folder = scratch() / "20260131T120000Z-small-00000000";
  std::filesystem::create_directories(folder);
  lay(folder / "result.json", bytes);
  may_refuse([&] {
    const store::Result result = store::load_result(folder);
    const Json json = store::to_json(result);
    require(store::to_json(store::result_from_json(json)) == json, "a result is read back");
  });
}

}  // namespace mls::fuzz
