// A few lines on stderr that keep themselves up to date.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace mls::cli {

/// What there is room for.
struct Screen {
  std::size_t rows = 1;  ///< 1 unless it is a terminal: then one line is said every few seconds
  std::size_t columns = 80;
};

/// Asks for its text again and again and shows it: on a terminal as lines that change in place, cut to the
/// terminal's width and height; elsewhere as a line every few seconds, so that short work is silent. An empty
/// text shows nothing.
class LiveLine {
 public:
  /// `text`, lines with newlines between them, is called from a thread of its own until this is destroyed.
  explicit LiveLine(std::function<std::string(const Screen&)> text);
  /// Clears the lines.
  ~LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  /// A line that stays, above the live ones.
  void say_above(std::string_view line);

 private:
  void draw(const std::stop_token& stop);
  void show(const std::string& text, const Screen& screen);
  void clear();

  std::function<std::string(const Screen&)> text_;
  bool terminal_;
  std::mutex mutex_;       ///< one writer at a time; guards what follows
  std::size_t drawn_ = 0;  ///< lines on the screen
  std::condition_variable_any wake_;
  std::jthread drawer_;
};

/// The first lines of a text that fit, each cut to fewer characters than there are columns.
[[nodiscard]] std::string fitted(std::string_view text, const Screen& screen);

}  // namespace mls::cli
