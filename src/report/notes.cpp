#include "report/notes.hpp"

#include <fmt/format.h>

#include <cctype>
#include <sstream>
#include <vector>

#include "core/error.hpp"
#include "core/files.hpp"
#include "report/svg.hpp"

namespace mls::report {
namespace {

constexpr std::size_t max_notes_bytes = 1 << 20;

/// Number of leading '#' of a heading, 0 for another line.
std::size_t heading_level(std::string_view line) {
  const std::size_t level = line.find_first_not_of('#');
  return level == std::string_view::npos || level > 6 || line[level] != ' ' ? 0 : level;
}

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// Where text that starts with `mark` at `from` ends with the same mark; npos when it does not. As in
/// Markdown, marks with a space on their inner side are ordinary text: "2 * 3 * 4".
std::size_t closing(std::string_view text, std::size_t from, std::string_view mark) {
  const std::size_t inner = from + mark.size();
  if (inner >= text.size() || (mark != "`" && is_space(text[inner]))) return std::string_view::npos;
  for (std::size_t at = text.find(mark, inner + 1); at != std::string_view::npos;
       at = text.find(mark, at + 1)) {
    if (mark == "`" || !is_space(text[at - 1])) return at;
  }
  return std::string_view::npos;
}

struct Mark {
  std::string_view sign;
  std::string_view element;
};
constexpr Mark marks[] = {{"`", "code"}, {"**", "strong"}, {"*", "em"}};

std::string inline_html(std::string_view text) {
  std::string html;
  std::size_t plain = 0;
  const auto flush = [&](std::size_t end) { html += escaped(text.substr(plain, end - plain)); };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t next = i + 1;
    for (const auto& [sign, element] : marks) {
      if (text.substr(i, sign.size()) != sign) continue;
      const std::size_t end = closing(text, i, sign);
      if (end == std::string_view::npos) {
        next = i + sign.size();
        break;
      }
      flush(i);
      const auto inside = text.substr(i + sign.size(), end - i - sign.size());
      html += fmt::format("<{0}>{1}</{0}>", element, sign == "`" ? escaped(inside) : inline_html(inside));
      plain = next = end + sign.size();
      break;
    }
    i = next;
  }
  flush(text.size());
  return html;
}

/// Collects lines into blocks and writes each when the next begins.
class Writer {
 public:
  void line(std::string_view line) {
    if (line.empty()) return end_block();
    if (const std::size_t level = heading_level(line); level > 0) return heading(line.substr(level + 1));
    if (line.starts_with("- ")) return item(line.substr(2));
    // After a list, a line that is not indented begins a paragraph.
    if (in_list_ && block_.empty() && !line.starts_with(' ')) end_list();
    add(line);
  }

  [[nodiscard]] std::string html() {
    end_block();
    end_list();
    return std::move(html_);
  }

 private:
  void add(std::string_view line) {
    const std::size_t from = line.find_first_not_of(' ');
    if (from == std::string_view::npos) return;
    if (!block_.empty()) block_ += '\n';
    block_ += line.substr(from);
  }

  void item(std::string_view text) {
    end_block();
    if (!in_list_) html_ += "<ul>\n";
    in_list_ = true;
    add(text);
  }

  void heading(std::string_view text) {
    end_block();
    end_list();
    html_ += fmt::format("<h4>{}</h4>\n", inline_html(text));
  }

  void end_block() {
    if (block_.empty()) return;
    html_ += fmt::format("<{0}>{1}</{0}>\n", in_list_ ? "li" : "p", inline_html(block_));
    block_.clear();
  }

  void end_list() {
    if (in_list_) html_ += "</ul>\n";
    in_list_ = false;
  }

  std::string html_;
  std::string block_;
  bool in_list_ = false;
};

std::vector<std::string> lines_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string notes_of(const std::filesystem::path& folder) {
  const auto file = folder / "notes.md";
  return std::filesystem::exists(file) ? read_file(file, max_notes_bytes) : "";
}

}  // namespace

std::string section_of(std::string_view markdown, std::string_view heading) {
  std::string section;
  bool inside = false;
  for (const auto& line : lines_of(markdown)) {
    const std::size_t level = heading_level(line);
    if (level > 0 && level <= 2) {
      inside = level == 2 && line.substr(3) == heading;
    } else if (inside) {
      section += line + '\n';
    }
  }
  return section;
}

std::string markdown_html(std::string_view markdown) {
  Writer writer;
  for (const auto& line : lines_of(markdown)) writer.line(line);
  return writer.html();
}

std::string papers_card(const std::filesystem::path& folder) {
  const std::string html = markdown_html(section_of(notes_of(folder), papers_heading));
  if (html.empty()) {
    return fmt::format("<p class=\"note\">The task's notes.md has no section “## {}”.</p>\n", papers_heading);
  }
  return fmt::format("<div class=\"card prose\"><h3>{}</h3>\n{}</div>\n", papers_heading, html);
}

}  // namespace mls::report
