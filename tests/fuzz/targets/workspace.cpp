// trial::open_workspace: the marker in a folder that somebody else filled.
#include "trial/workspace.hpp"

#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_workspace(std::string_view bytes) {
  lay(scratch() / trial::workspace_marker, bytes);
  may_refuse([] {
    const trial::Workspace workspace = trial::open_workspace(scratch());
    require(trial::method_file(workspace).parent_path() == workspace.folder,
            "the method lies in its workspace");
  });
}

}  // namespace mls::fuzz
