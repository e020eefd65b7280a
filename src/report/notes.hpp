// What a task's notes.md says of its baselines and their papers, for the task's page in the report.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mls::report {

/// The heading of the section that every task's notes.md has.
inline constexpr std::string_view papers_heading = "How this differs from the papers";

/// The text below "## <heading>" up to the next heading of that level or above; empty when there is none.
[[nodiscard]] std::string section_of(std::string_view markdown, std::string_view heading);

/// The Markdown that notes use, as HTML: paragraphs, headings, lists of one level ("- ", lines that go on are
/// indented), `code`, **strong** and *emphasised* text. Everything else is text and is escaped.
[[nodiscard]] std::string markdown_html(std::string_view markdown);

/// The section of papers_heading in `folder`/notes.md as a card of the page; a line that says what is missing
/// when there is no such file or section.
[[nodiscard]] std::string papers_card(const std::filesystem::path& folder);

}  // namespace mls::report
