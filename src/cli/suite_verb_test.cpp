#include "cli/suite_verb.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/files.hpp"
#include "core/json.hpp"
#include "task/task_fixture.hpp"
#include "trial/agent.hpp"

namespace mls::cli {
namespace {

/// Fails one trial as bad input, every other one as a fault of the machine.
class FailingAgent final : public trial::Agent {
 public:
  [[nodiscard]] std::string name() const override { return "failing"; }
  [[nodiscard]] Json settings() const override { return Json::object(); }
  [[nodiscard]] trial::Budget budget() const override { return {"own", 4, 1, 3600}; }
  void run(trial::Desk& /*desk*/) const override {
    throw std::exchange(first_, false) ? bad_input("a file is wrong") : infrastructure("the disk is full");
  }

 private:
  mutable bool first_ = true;
};

class SuiteVerb : public ::testing::Test {
 protected:
  /// What it prints and its exit code.
  std::pair<std::string, int> run(int tasks, bool json) {
    agent_ = FailingAgent();
    ::testing::internal::CaptureStdout();
    const int code = run_and_print(
        "some", [&](SuiteProgress&, std::stop_token stop) { return order(tasks, std::move(stop)); }, json);
    return {::testing::internal::GetCapturedStdout(), code};
  }

  trial::SuiteOrder order(int tasks, std::stop_token stop) {
    trial::SuiteOrder order;
    order.places = &places_;
    order.agent = &agent_;
    order.label = "failing";
    order.trials_at_once = 1;
    order.options.stop = std::move(stop);
    for (int i = 0; i < tasks; ++i) {
      order.yardsticks.push_back(store::yardstick_of(repository_.root(), task::load(repository_.task())));
      order.yardsticks.back().task_sha256 += std::to_string(i);  // or it would be the same trial
    }
    return order;
  }

  task::ExampleRepository repository_;
  TemporaryFolder home_;
  evaluate::Places places_{repository_.root(), home_.path(), home_.path()};
  FailingAgent agent_;
};

TEST_F(SuiteVerb, PrintsWhatItCameToAndTellsTheWorst) {
  const auto [one, code] = run(1, false);
  EXPECT_EQ(code, 2);
  EXPECT_NE(one.find("failing on some"), std::string::npos) << one;
  EXPECT_NE(one.find("a file is wrong"), std::string::npos) << one;
  const auto [both, worst] = run(2, true);
  EXPECT_EQ(worst, 3);
  const Json json = Json::parse(both);
  EXPECT_EQ(json.at("suite"), "some");
  EXPECT_EQ(json.at("failed"), 2);
}

TEST_F(SuiteVerb, WhatCannotBeMadePrintsNothing) {
  ::testing::internal::CaptureStdout();
  EXPECT_THROW(
      (void)run_and_print(
          "some",
          [](SuiteProgress&, std::stop_token) -> trial::SuiteOrder { throw usage_error("no such trial"); },
          false),
      Error);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace mls::cli
