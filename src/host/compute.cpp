#include "host/compute.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "core/keystream.hpp"

namespace mls::host {
namespace {

constexpr std::size_t line_words = 16;  // of 64 bytes
constexpr std::size_t guard_words = 64;
constexpr std::uint32_t not_a_number = 0x7fc00000;

/// The inputs of one call, each in its place from their arrival on.
class Inputs {
 public:
  void take(const Message& message) {
    places_.clear();
    std::size_t lines = 0;
    for (const TensorView& tensor : message.tensors()) {
      const std::size_t words = message.values<std::int32_t>(tensor.name).size();
      places_.push_back({tensor.name, tensor.shape, lines, words});
      lines += (words + guard_words + line_words - 1) / line_words;
    }
    lines_.resize(lines);
    for (Line& line : lines_) line.fill(not_a_number);
    for (std::size_t i = 0; i < places_.size(); ++i)
      std::ranges::copy(message.tensors()[i].as<std::uint32_t>(), at(places_[i]).begin());
  }

  const Message& open(const StreamKey& key) {
    message_.reset("inputs");
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const auto words = at(places_[i]);
      apply_keystream(key, static_cast<std::uint32_t>(i), words);
      message_.add_view(places_[i].name, DType::f32, places_[i].shape, std::as_bytes(words));
    }
    return message_;
  }

 private:
  struct Place {
    std::string name;
    Shape shape;
    std::size_t line;
    std::size_t words;
  };
  struct alignas(64) Line : std::array<std::uint32_t, line_words> {};
  [[nodiscard]] std::span<std::uint32_t> at(const Place& place) {
    return {lines_.data()->data() + place.line * line_words, place.words};
  }

  std::vector<Place> places_;
  std::vector<Line> lines_;
  Message message_;
};

StreamKey key_of(const Message& go) {
  const auto bytes = go.values<std::uint8_t>("key", {sizeof(StreamKey)});
  StreamKey key{};
  std::memcpy(key.data(), bytes.data(), sizeof key);
  return key;
}

}  // namespace

void serve(JudgeLink& judge, const Compute& compute) {
  Inputs inputs;
  Message output;
  while (true) {
    const Message& message = judge.receive();
    if (message.kind() == "end") break;
    if (message.kind() == "inputs") {
      inputs.take(message);
      judge.send(Message("ready"));
    } else if (message.kind() == "go") {
      output.reset("output");
      compute(inputs.open(key_of(message)), output);
      judge.send(output);
    } else {
      throw ProtocolError("the judge sent '" + message.kind() + "' where inputs, go or end is expected");
    }
  }
  judge.send(Message("ended"));
}

}  // namespace mls::host
