// One line on stderr that keeps itself up to date.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace mls::cli {

/// Asks for its text again and again and shows it: on a terminal as one line that changes in place, cut to
/// the terminal's width; elsewhere as a line every few seconds, so that short work is silent. An empty text
/// shows nothing.
class LiveLine {
 public:
  /// `text` is called from a thread of its own until this is destroyed.
  explicit LiveLine(std::function<std::string()> text);
  /// Clears the line.
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  /// A line that stays, above the live one.
  void say_above(std::string_view line);

 private:
  void draw(const std::stop_token& stop);
  void show(const std::string& text);
  void clear() const;

  std::function<std::string()> text_;
  bool terminal_;
  std::mutex mutex_;  ///< one writer at a time
  std::condition_variable_any wake_;
  std::jthread drawer_;
};

}  // namespace mls::cli
