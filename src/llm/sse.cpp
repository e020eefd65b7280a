#include "llm/sse.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/error.hpp"

namespace mls::llm {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

void EventStream::take(std::string_view bytes, const Sink& sink) {
  for (const char c : bytes) {
    const bool second_half = c == '\n' && std::exchange(after_return_, false);
    if (second_half) continue;
    after_return_ = c == '\r';
    if (c == '\r' || c == '\n') {
      end_line(sink);
      continue;
    }
    line_ += c;
    if (line_.size() + event_.data.size() > max_bytes_)
      throw infrastructure(fmt::format("the server sent an event of more than {} bytes", max_bytes_));
  }
}

void EventStream::end_line(const Sink& sink) {
  const std::string whole = std::exchange(line_, {});
  std::string_view line = whole;
  if (std::exchange(first_line_, false) && line.starts_with(byte_order_mark))
    line.remove_prefix(byte_order_mark.size());
  if (line.empty()) {
    ServerEvent event = std::exchange(event_, {});
    if (!std::exchange(has_data_, false)) return;
    if (event.name.empty()) event.name = "message";
    sink(event);
    return;
  }
  const std::size_t colon = line.find(':');
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  field(line.substr(0, colon), value);
}

void EventStream::field(std::string_view name, std::string_view value) {
  if (name == "event") event_.name = value;
  if (name != "data") return;
  if (has_data_) event_.data += '\n';
  event_.data += value;
  has_data_ = true;
}

}  // namespace mls::llm
