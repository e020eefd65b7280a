#include "judge/compute.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <stdexcept>

namespace mls::judge {
namespace {

double thread_cpu_s() {
  timespec now{};
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) throw std::runtime_error("no CPU clock");
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

StreamKey drawn_key(Rng& rng) {
  StreamKey key{};
  for (std::uint32_t& word : key) word = static_cast<std::uint32_t>(rng() >> 32);
  return key;
}

std::array<std::uint8_t, sizeof(StreamKey)> bytes_of(const StreamKey& key) {
  std::array<std::uint8_t, sizeof(StreamKey)> bytes{};
  std::memcpy(bytes.data(), key.data(), sizeof key);
  return bytes;
}

using Sealed = std::vector<std::vector<std::uint32_t>>;

/// The n-th array under stream n; the same again opens them.
void toggle_seals(const StreamKey& key, Sealed& arrays) {
  for (std::size_t i = 0; i < arrays.size(); ++i)
    apply_keystream(key, static_cast<std::uint32_t>(i), arrays[i]);
}

Sealed bits_of(const Message& inputs) {
  Sealed arrays;
  for (const TensorView& tensor : inputs.tensors()) {
    if (tensor.dtype != DType::f32)
      throw std::logic_error("input '" + tensor.name + "' is not f32: nothing else can be sealed");
    const auto bits = tensor.as<std::uint32_t>();
    arrays.emplace_back(bits.begin(), bits.end());
  }
  return arrays;
}

Message sealed_message(const Message& inputs, const Sealed& sealed) {
  Message message("inputs");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    const TensorView& tensor = inputs.tensors()[i];
    message.add_view(tensor.name, DType::i32, tensor.shape, std::as_bytes(std::span(sealed[i])));
  }
  return message;
}

}  // namespace

void TimedCalls::deliver(const Message& inputs) {
  key_ = drawn_key(keys_);
  sealed_ = bits_of(inputs);
  toggle_seals(key_, sealed_);
  (void)host_.ask(sealed_message(inputs, sealed_), "ready");
  delivered_ = true;
}

double TimedCalls::time_reference(const std::function<void()>& compute) const {
  Sealed copy = sealed_;
  const double start = thread_cpu_s();
  toggle_seals(key_, copy);
  compute();
  return thread_cpu_s() - start;
}

TimedCalls::Answer TimedCalls::go() {
  if (!delivered_) throw std::logic_error("the inputs of a timed call were revealed before: deliver others");
  delivered_ = false;
  const auto key = bytes_of(key_);
  Message message("go");
  message.add("key", std::span<const std::uint8_t>(key));
  const double start = clock_();
  const Message& output = host_.ask(message, "output");
  return {output, clock_() - start};
}

void TimedCalls::end() { (void)host_.ask(Message("end"), "ended"); }

double undisturbed(std::vector<double> seconds) {
  if (seconds.empty()) throw std::logic_error("no call was timed");
  std::sort(seconds.begin(), seconds.end());
  const std::size_t count = std::max<std::size_t>(1, seconds.size() / 4);
  return std::accumulate(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
         static_cast<double>(count);
}

}  // namespace mls::judge
