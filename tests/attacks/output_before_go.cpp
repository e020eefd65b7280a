// task: mlsys-fused-attention
// route: timing games
// tries: to send the output before the clock runs, computed from the sealed bits of the inputs
// expect: invalid_output
// message: where attention gives
// honest: flash_attention_2
// setting: ragged-gqa

#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "core/channel.hpp"
#include "core/message.hpp"
#include "honest.cpp"
#include "surface.hpp"

namespace {

std::vector<float> floats_of(const mls::Message& inputs, const char* name) {
  std::vector<float> values;
  for (const std::int32_t bits : inputs.values<std::int32_t>(name))
    values.push_back(std::bit_cast<float>(bits));
  for (float& value : values)
    if (!(std::abs(value) < 1e3F)) value = 0;  // the judge refuses what is no number
  return values;
}

mls::attention::Shape shape_of(const mls::Message& start) {
  const auto size = [&start](const char* name) { return static_cast<int>(start.integer(name)); };
  return {.batch = size("batch"),
          .heads = size("heads"),
          .kv_heads = size("kv_heads"),
          .tokens = size("tokens"),
          .head_dim = size("head_dim"),
          .scratch_bytes = static_cast<std::size_t>(start.integer("scratch_bytes"))};
}

void converse() {
  mls::Channel judge(3, {});
  const mls::attention::Shape shape = shape_of(judge.receive());
  std::vector<float> scratch(shape.scratch_bytes / sizeof(float) + 16);
  void* place = scratch.data();
  std::size_t room = shape.scratch_bytes + 64;
  place = std::align(64, shape.scratch_bytes, place, room);
  for (;;) {
    const mls::Message& message = judge.receive();
    if (message.kind() == "go") continue;  // answered already
    const std::vector<float> q = floats_of(message, "q");
    const std::vector<float> k = floats_of(message, "k");
    const std::vector<float> v = floats_of(message, "v");
    std::vector<float> o(q.size());
    mls::attention::attend(shape, q.data(), k.data(), v.data(), o.data(), place);
    judge.send(mls::Message("ready"));
    mls::Message output("output");
    output.add("o", o);
    judge.send(output);
  }
}

/// Before main().
const bool taken_over = [] {
  try {
    converse();
  } catch (const std::exception&) {
  }
  _exit(0);
  return true;
}();

}  // namespace
