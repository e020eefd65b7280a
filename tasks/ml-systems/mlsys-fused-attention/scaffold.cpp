// Answers the judge's calls with the method's function.
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "host/compute.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

/// Memory that begins at a multiple of 64 bytes.
struct alignas(64) Line : std::array<float, 16> {};
using Lines = std::vector<Line>;

Lines lines_for(std::size_t bytes) { return Lines((bytes + sizeof(Line) - 1) / sizeof(Line)); }

attention::Shape shape_of(const Message& start) {
  const auto size = [&start](const char* name) { return static_cast<int>(start.integer(name)); };
  return {.batch = size("batch"),
          .heads = size("heads"),
          .kv_heads = size("kv_heads"),
          .tokens = size("tokens"),
          .head_dim = size("head_dim"),
          .scratch_bytes = static_cast<std::size_t>(start.integer("scratch_bytes"))};
}

}  // namespace

void run_method(JudgeLink& judge) {
  const attention::Shape shape = shape_of(judge.expect("start"));
  Lines scratch = lines_for(shape.scratch_bytes);
  const std::size_t size = shape.head_size() * static_cast<std::size_t>(shape.query_heads());
  Lines o = lines_for(size * sizeof(float));
  serve(judge, [&](const Message& inputs, Message& output) {
    const auto values = [&inputs](const char* name) { return inputs.values<float>(name).data(); };
    attention::attend(shape, values("q"), values("k"), values("v"), o.data()->data(), scratch.data());
    output.add("o", std::span<const float>(o.data()->data(), size));
  });
}

}  // namespace mls::host
