// Tries: to go on in the first process: it answers in advance and never ends. Must happen: it is killed, and
// what it said after its model is lost; the second process guesses.
#include <unistd.h>

#include "surface.hpp"

namespace {

class Guessing : public Model {
 public:
  int label_of(std::span<const float>) const override { return 0; }
};

// Sends the bytes itself, then a frame that would be an answer, then waits for ever.
void talk(const std::vector<std::uint8_t>& labels) {
  const auto frame = [](const std::string& header, const std::string& payload) {
    const auto header_size = static_cast<std::uint32_t>(header.size());
    const std::uint64_t payload_size = payload.size();
    std::string bytes = "MLS1";
    bytes.append(reinterpret_cast<const char*>(&header_size), 4);
    bytes.append(reinterpret_cast<const char*>(&payload_size), 8);
    bytes += header + payload;
    (void)!write(3, bytes.data(), bytes.size());
  };
  frame(
      "\x93\xa6"
      "fitted"
      "\x80\x91\x93\xa5"
      "model"
      "\x04\x91" +
          std::string(1, '\0'),
      "");
  std::string header =
      "\x93\xab"
      "predictions"
      "\x80\x91\x93\xa6"
      "output"
      "\x04\x91\xcd";
  header += static_cast<char>(labels.size() >> 8);
  header += static_cast<char>(labels.size() & 0xff);
  std::string payload(labels.begin(), labels.end());
  payload.resize((payload.size() + 7) / 8 * 8);
  frame(
      "\x93\xa6"
      "loaded"
      "\x80\x90",
      "");
  frame(header, payload);
  for (;;) sleep(1);
}

}  // namespace

std::vector<std::uint8_t> learn(const Examples& training, std::size_t) {
  talk({training.labels.begin(), training.labels.end()});
  return {};
}

std::unique_ptr<Model> model_from(std::span<const std::uint8_t>, int) { return std::make_unique<Guessing>(); }
