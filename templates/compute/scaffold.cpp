// Answers the judge's calls with the method's function.
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "host/compute.hpp"
#include "surface.hpp"

namespace {

/// Memory that begins at a multiple of 64 bytes.
struct alignas(64) Line : std::array<float, 16> {};

}  // namespace

void mls::host::run_method(JudgeLink& judge) {
  const Message& start = judge.expect("start");
  const auto size = [&start](const char* name) { return static_cast<int>(start.integer(name)); };
  const product::Shape shape{.rows = size("rows"), .inner = size("inner"), .columns = size("columns")};
  const auto numbers = static_cast<std::size_t>(shape.rows) * static_cast<std::size_t>(shape.columns);
  std::vector<Line> c(numbers / std::tuple_size_v<std::array<float, 16>> + 1);
  serve(judge, [&](const Message& inputs, Message& output) {
    const auto values = [&inputs](const char* name) { return inputs.values<float>(name).data(); };
    product::multiply(shape, values("a"), values("b"), c.front().data());
    output.add("c", std::span<const float>(c.front().data(), numbers));
  });
}
