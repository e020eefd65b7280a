#include "quality/gate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.hpp"
#include "report/table.hpp"

namespace mls::quality {
namespace {

std::string number_text(double value) { return fmt::format("{:.4g}", value); }

}  // namespace

std::string_view sign_of(Relation relation) {
  switch (relation) {
    case Relation::at_least:
      return ">=";
    case Relation::at_most:
      return "<=";
    case Relation::below:
      return "<";
  }
  return "";
}

bool TaskReport::passed() const {
  return std::ranges::all_of(gates, [](const Gate& gate) { return gate.passed; });
}

Json to_json(const std::vector<TaskReport>& reports) {
  Json tasks = Json::array();
  for (const auto& report : reports) {
    Json gates = Json::array();
    for (const auto& gate : report.gates) {
      gates.push_back({{"name", gate.name},
                       {"passed", gate.passed},
                       {"value", gate.value ? Json(*gate.value) : Json()},
                       {"relation", sign_of(gate.relation)},
                       {"bound", gate.bound},
                       {"detail", gate.detail}});
    }
    tasks.push_back({{"id", report.task}, {"passed", report.passed()}, {"gates", std::move(gates)}});
  }
  return {{"tasks", std::move(tasks)}};
}

std::string text_of(const std::vector<TaskReport>& reports) {
  using report::Align;
  report::Table table({{"task", Align::left},
                       {"gate", Align::left},
                       {"", Align::left},
                       {"measured"},
                       {"", Align::left},
                       {"bound"},
                       {"detail", Align::left}});
  std::size_t failed = 0;
  for (const auto& report : reports) {
    if (table.size() > 0) table.rule();
    std::string task = report.task;
    for (const auto& gate : report.gates) {
      failed += gate.passed ? 0 : 1;
      table.row({std::exchange(task, ""), gate.name, gate.passed ? "pass" : "FAIL",
                 gate.value ? number_text(*gate.value) : "–", std::string(sign_of(gate.relation)),
                 number_text(gate.bound), gate.detail});
    }
  }
  const auto passed =
      std::ranges::count_if(reports, [](const TaskReport& report) { return report.passed(); });
  return table.text() +
         fmt::format("{} of {} passed{}\n", passed, report::count_text(reports.size(), "task"),
                     failed == 0 ? "" : fmt::format("; {} failed", report::count_text(failed, "gate")));
}

}  // namespace mls::quality
