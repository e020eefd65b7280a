#include "report/notes.hpp"

#include <gtest/gtest.h>

#include "core/files.hpp"
#include "core/locations.hpp"
#include "report/html.hpp"

namespace mls::report {
namespace {

TEST(Notes, ASectionEndsAtTheNextHeadingOfItsLevel) {
  const std::string notes =
      "# Notes\n\n## How this differs from the papers\n\nA.\n\n### Part\nB.\n\n## Attacks\nC.\n";
  EXPECT_EQ(section_of(notes, papers_heading), "\nA.\n\n### Part\nB.\n\n");
  EXPECT_EQ(section_of(notes, "Attacks"), "C.\n");
  EXPECT_EQ(section_of(notes, "Missing"), "");
  EXPECT_EQ(section_of("### Attacks\nC.\n", "Attacks"), "");
}

TEST(Notes, ParagraphsAndLists) {
  EXPECT_EQ(markdown_html("One\ntwo.\n\n- **A.** first\n  goes on\n- second\n\nEnd.\n"),
            "<p>One\ntwo.</p>\n<ul>\n<li><strong>A.</strong> first\ngoes on</li>\n<li>second</li>\n</ul>\n"
            "<p>End.</p>\n");
  EXPECT_EQ(markdown_html("### Part\n- one\n"), "<h4>Part</h4>\n<ul>\n<li>one</li>\n</ul>\n");
  EXPECT_EQ(markdown_html(""), "");
}

TEST(Notes, MarksWithinALine) {
  EXPECT_EQ(markdown_html("`a*b*c` and *so* **n_step, *two* ways**"),
            "<p><code>a*b*c</code> and <em>so</em> <strong>n_step, <em>two</em> ways</strong></p>\n");
  for (const char* plain :
       {"2 * 3 * 4", "a ** b", "+-10 and x_max", "an open `tick", "**open", "*", "**", "`"})
    EXPECT_EQ(markdown_html(plain), "<p>" + std::string(plain) + "</p>\n");
}

TEST(Notes, EverythingIsEscaped) {
  EXPECT_EQ(markdown_html("<script>alert(1)</script> `<b>` **a & b** [x](javascript:y)"),
            "<p>&lt;script&gt;alert(1)&lt;/script&gt; <code>&lt;b&gt;</code> <strong>a &amp; b</strong> "
            "[x](javascript:y)</p>\n");
}

TEST(Notes, WhatIsMissingIsSaid) {
  const TemporaryFolder folder;
  EXPECT_NE(papers_card(folder.path()).find("notes.md has no section"), std::string::npos);
  write_atomic(folder.path() / "notes.md", "# Notes\n\n## Attacks\n\nNone.\n");
  EXPECT_NE(papers_card(folder.path()).find("notes.md has no section"), std::string::npos);
  write_atomic(folder.path() / "notes.md", "## How this differs from the papers\n\nIt does not.\n");
  EXPECT_NE(papers_card(folder.path()).find("<p>It does not.</p>"), std::string::npos);
}

/// Of the report on the benchmark as it is.
std::string section_in(const std::string& html, const std::string& task) {
  const std::size_t from = html.find("<section class=\"task\" id=\"" + task + "\">");
  return from == std::string::npos ? "" : html.substr(from, html.find("</section>", from) - from);
}

void expect_figures_and_papers(const std::string& section) {
  for (const char* part : {"<h3>Score</h3><", "<h3>By setting</h3><"}) {
    const std::size_t at = section.find(part);
    ASSERT_NE(at, std::string::npos) << "no figure: " << part;
    EXPECT_NE(section.find("<svg", at), std::string::npos);
  }
  const std::size_t heading = section.find("<h3>" + std::string(papers_heading) + "</h3>");
  ASSERT_NE(heading, std::string::npos) << "no paragraph from notes.md";
  EXPECT_GT(section.find("</div>", heading) - heading, 100U) << "hardly a word on the papers";
}

// Fails too for a task whose calibration is stale: it has no figure then.
TEST(Notes, EveryTaskHasItsFiguresAndItsPaperParagraphInTheReport) {
  const TemporaryFolder home;
  const store::Yardsticks yardsticks(repository_root(), home.path());
  const std::string html = html_report(home.path(), yardsticks, {});
  ASSERT_FALSE(yardsticks.all().empty());
  for (const auto& yardstick : yardsticks.all()) {
    SCOPED_TRACE(yardstick.task.id + (yardstick.note.empty() ? "" : ": " + yardstick.note));
    expect_figures_and_papers(section_in(html, yardstick.task.id));
  }
}

}  // namespace
}  // namespace mls::report
