#include "report/table.hpp"

#include <algorithm>
#include <stdexcept>

namespace mls::report {
namespace {

constexpr std::string_view gap = "  ";

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string space(width - std::min(width, width_of(cell)), ' ');
  return align == Align::left ? cell + space : space + cell;
}

void add_line(std::string& text, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + "\n";
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

void Table::row(std::vector<std::string> cells) {
  if (cells.size() > columns_.size()) throw std::logic_error("a table row has more cells than columns");
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::rule() { rows_.emplace_back(); }

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = width_of(columns_[i].title);
    for (const auto& cells : rows_) {
      if (!cells.empty()) width = std::max(width, width_of(cells[i]));
    }
    widths.push_back(width);
  }
  std::string rule;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) rule += "──";
    for (std::size_t j = 0; j < widths[i]; ++j) rule += "─";
  }
  std::string text;
  std::string head;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) head += gap;
    head += padded(columns_[i].title, widths[i], columns_[i].align);
  }
  add_line(text, head);
  add_line(text, rule);
  for (const auto& cells : rows_) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += gap;
      line += padded(cells[i], widths[i], columns_[i].align);
    }
    add_line(text, cells.empty() ? rule : line);
  }
  return text;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const auto& cell : cells) {
    if (!line.empty() || &cell != &cells.front()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace mls::report
