// llm::EventStream and the readers of both wire formats: whatever a model server sends as an answer. The
// first byte chooses how it is split.
#include "llm/client.hpp"
#include "llm/wire.hpp"
#include "tests/fuzz/targets/support.hpp"
#include "trial/conversation.hpp"

namespace mls::fuzz {
namespace {

constexpr std::size_t max_bytes = 4096;

/// What was understood until the stream ended or was refused.
std::string understood(const char* api, std::string_view stream, std::size_t piece) {
  const auto wire = llm::wire_named(api);
  const auto reader = wire->reader({max_bytes, 8, "secret-key"});
  llm::EventStream events(std::size_t{64} << 10);
  std::string end;
  try {
    for (std::size_t at = 0; at < stream.size(); at += piece)
      events.take(stream.substr(at, piece), [&](const llm::ServerEvent& event) { reader->take(event); });
  } catch (const Error& error) {
    end = error.what();
    require(!end.empty(), "an error has a message");
  }
  require(reader->partial().bytes() <= max_bytes, "an answer is bounded");
  llm::Reply reply = reader->reply();
  llm::Redactor("secret-key").clean(reply.message);
  const std::string text =
      trial::message_fields(reply.message).dump(-1, ' ', false, Json::error_handler_t::replace);
  require(text.find("secret-key") == std::string::npos, "a key is in no answer");
  llm::Messages messages{reply.message};
  (void)wire->request({}, messages, {}).dump(-1, ' ', false, Json::error_handler_t::replace);
  return text + end;
}

}  // namespace

void read_model_stream(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t piece = 1 + static_cast<unsigned char>(bytes.front()) % 32;
  bytes.remove_prefix(1);
  for (const char* api : {"openai", "anthropic"}) {
    require(understood(api, bytes, piece) == understood(api, bytes, bytes.size() + 1),
            "how a stream is split does not matter");
  }
  (void)llm::refusal_of(400, bytes);
}

}  // namespace mls::fuzz
