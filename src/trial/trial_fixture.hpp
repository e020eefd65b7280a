// For tests: a trial of the example task whose agent the test provides. Nothing can be evaluated in it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "task/task_fixture.hpp"
#include "trial/supervisor.hpp"
#include "trial/tools.hpp"

namespace mls::trial {

class ExampleTrial : public ::testing::Test {
 protected:
  ExampleTrial() : yardstick_(store::yardstick_of(repository_.root(), task::load(repository_.task()))) {
    places_ = {repository_.root(), home_.path(), home_.path()};
    order_.places = &places_;
    order_.yardstick = &yardstick_;
    order_.label = "example";
    log_.event("created");
  }

  /// As after a kill: everything but the log is new. The agent must live longer.
  void open(const Agent& agent) {
    toolbox_.reset();
    supervisor_.reset();
    order_.agent = &agent;
    supervisor_ = std::make_unique<Supervisor>(order_, log_, log_.history());
    toolbox_ = std::make_unique<Toolbox>(*supervisor_);
  }

  [[nodiscard]] std::vector<std::string> kinds() const {
    std::vector<std::string> found;
    for (const Json& event : log_.events()) found.push_back(event.at("event"));
    return found;
  }
  [[nodiscard]] std::vector<Json> events(const std::string& kind) const {
    std::vector<Json> found = log_.events();
    std::erase_if(found, [&](const Json& event) { return event.at("event") != kind; });
    return found;
  }

  task::ExampleRepository repository_;
  TemporaryFolder home_;
  store::Yardstick yardstick_;
  evaluate::Places places_;
  TrialOrder order_;
  TrialLog log_{home_.path(),
                {"optimization-example", "t", "y", "public", "example", Json::object(), "example"}};
  std::unique_ptr<Supervisor> supervisor_;
  std::unique_ptr<Toolbox> toolbox_;
};

}  // namespace mls::trial
