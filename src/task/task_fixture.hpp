// For tests: a small, valid repository in a temporary folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/files.hpp"

namespace mls::task {

inline constexpr std::string_view example_toml = R"([task]
id = "optimization-example"
area = "optimization-and-theory"
title = "An example"
question = "Does it load?"
protocol = "rollout"
tier = "S"
lite = true
seeds = 5
packs = ["digits"]

[limits]
wall_s = 20
cpu_s = 10.5
memory_mb = 1024
cpu_factor = 8
reference = "kl_ucb"

[[metric]]
id = "regret"
direction = "lower"
description = "regret at the horizon"
chance = 0.5

[[metric]]
id = "accuracy"
direction = "higher"
description = "share of right answers"

[[setting]]
id = "stochastic"
axis = "reference"
description = "ten arms"
params = { arms = 10, horizon = 5000, noise = 0.5, tails = "light", gaps = [0.1, 0.2], wide = true }
terms = [{ metric = "regret", weight = 1.0, transform = "log" }, { metric = "accuracy", weight = 0.5, bound = 1.0 }]

[[setting]]
id = "contextual"
axis = "context"
description = "five features"
terms = [{ metric = "regret" }]

[[setting]]
id = "heavy-tails"
hidden = true
axis = "noise"
description = "many arms"
terms = [{ metric = "regret" }]

[[baseline]]
id = "ucb1"
title = "UCB1"
source = "Auer et al. 2002"
start = true

[[baseline]]
id = "kl_ucb"
title = "KL-UCB"
source = "Garivier & Cappe 2011"

[[baseline]]
id = "thompson"
title = "Thompson sampling"
source = "Thompson 1933"

[[expect]]
setting = "*"
metric = "regret"
better = "thompson"
than = "ucb1"
source = "Chapelle & Li 2011, Fig. 1"

[[reference]]
cite = "Auer, Cesa-Bianchi, Fischer: Finite-time analysis of the multiarmed bandit problem"
year = 2002
)";

inline constexpr std::string_view example_registry = R"([[pack]]
name = "digits"
source = "npm"
package = "digits-data"
version = "1.0.0"
licence = "MIT"
description = "a few digits"

[[pack.file]]
path = "data/digits.csv"
sha256 = "37db36876b9ccaaa88394679f019c3435af9320dea117e867003840317870e25"
bytes = 7
shape = "1 x 4"
)";

/// Without the fsync of write_atomic, which tests that write thousands of files cannot afford.
inline void write_plain(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

/// root/{packs,src,lib,tasks} with the example task and sources that include each other.
class ExampleRepository {
 public:
  ExampleRepository() {
    write("packs/registry.toml", example_registry);
    write("src/core/rng.hpp", "#pragma once\nint draw();\n");
    write("src/core/rng.cpp", "#include \"core/rng.hpp\"\nint draw() { return 4; }\n");
    write("lib/bandits/judge/arms.hpp", "#pragma once\n#include \"core/rng.hpp\"\n");
    write("lib/bandits/judge/arms.cpp", "#include \"lib/bandits/judge/arms.hpp\"\n#include <vector>\n");
    write_task("task.toml", example_toml);
    write_task("question.md", "# Question\n");
    write_task("surface.hpp", "#pragma once\nint choose();\n");
    write_task("method.cpp", "#include \"surface.hpp\"\n");
    write_task("scaffold.cpp", "#include \"surface.hpp\"\n");
    write_task("judge.cpp", "#include \"lib/bandits/judge/arms.hpp\"\n");
    write_task("baselines/kl_ucb.cpp", "#include \"surface.hpp\"\n");
    write_task("baselines/thompson.cpp", "#include \"surface.hpp\"\n");
  }

  [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path task() const {
    return root() / "tasks" / "optimization-and-theory" / "optimization-example";
  }
  void write(const std::filesystem::path& path, std::string_view text) const {
    write_plain(root() / path, text);
  }
  void write_task(const std::filesystem::path& path, std::string_view text) const {
    write_plain(task() / path, text);
  }

 private:
  TemporaryFolder folder_;
};

/// `text` with the first `from` replaced; the test fails loudly when it is not there.
inline std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  return result.replace(result.find(from), from.size(), to);  // throws out_of_range
}

}  // namespace mls::task
