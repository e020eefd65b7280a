// task::pack_registry: packs/registry.toml.
#include "task/packs.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_packs_registry(std::string_view bytes) {
  std::filesystem::create_directories(scratch() / "packs");
  lay(scratch() / "packs" / "registry.toml", bytes);
  may_refuse([] {
    for (const task::Pack& pack : task::pack_registry(scratch())) {
      const auto folder = task::pack_folder("/home", pack).lexically_normal();
      require(folder.parent_path() == "/home/packs", "a pack's folder lies among the packs");
    }
  });
}

}  // namespace mls::fuzz
