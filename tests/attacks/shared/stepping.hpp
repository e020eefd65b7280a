// The optimizer task without its scaffold: steps as messages, the honest rule beside them.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "shared/wire.hpp"

namespace attack {

/// The judge's parameters, their gradient and the update that is about to be sent, all flat, and the honest
/// rule that works on them.
class Trainee {
 public:
  /// Takes what the judge says before the first step.
  explicit Trainee(mls::Channel& judge) : judge_(judge), rng_(0) {
    const mls::Message& about = judge_.receive();
    const auto layers = about.values<std::int64_t>("layers");
    const auto fan_ins = about.values<std::int64_t>("fan_ins");
    for (std::size_t k = 0; k < layers.size(); ++k)
      setup_.parameters.push_back(
          {.layer = static_cast<int>(layers[k]), .fan_in = static_cast<double>(fan_ins[k])});
    setup_.base_rate = about.real("base_rate");
    rng_ = mls::Rng(static_cast<std::uint64_t>(about.integer("rng_seed")));
    begin(judge_.receive());
    honest_ = mls::make_optimizer(setup_, rng_);
    judge_.send(mls::Message("ready"));
  }

  /// The next step; false when there is none.
  [[nodiscard]] bool next() {
    const mls::Message& message = judge_.receive();
    if (message.kind() == "finish") {
      judge_.send(mls::Message("finished"));
      return false;
    }
    step_ = static_cast<int>(message.integer("step"));
    scale_ = message.real("scale");
    loss_ = message.real("loss");
    const auto gradient = message.values<float>("gradient");
    gradient_.assign(gradient.begin(), gradient.end());
    return true;
  }

  [[nodiscard]] int step() const { return step_; }
  [[nodiscard]] int steps() const { return setup_.steps; }
  /// Of this step's batch; the surface does not show it.
  [[nodiscard]] double loss() const { return loss_; }
  [[nodiscard]] std::vector<float>& update() { return update_; }

  /// Sets update() to the honest rule's.
  void act_honestly() {
    std::vector<mls::ParameterStep> steps;
    std::size_t at = 0;
    for (const mls::ParameterInfo& info : setup_.parameters) {
      steps.push_back({.weights = {values_.data() + at, info.rows, info.columns},
                       .gradient = {gradient_.data() + at, info.rows, info.columns},
                       .update = {update_.data() + at, info.rows, info.columns}});
      steps.back().update.setZero();
      at += static_cast<std::size_t>(info.rows * info.columns);
    }
    honest_->step(step_, scale_, steps);
  }

  /// Sends update().
  void send() {
    mls::Message reply("update");
    reply.add("update", update_);
    judge_.send(reply);
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] += update_[i];
  }

 private:
  void begin(const mls::Message& message) {
    setup_.steps = static_cast<int>(message.integer("steps"));
    const auto values = message.values<float>("values");
    values_.assign(values.begin(), values.end());
    update_.resize(values_.size());
    std::istringstream roles(message.text("roles"));
    for (std::size_t k = 0; k < setup_.parameters.size(); ++k) {
      mls::ParameterInfo& info = setup_.parameters[k];
      std::string role;
      roles >> role;
      info.role = role == "matrix"      ? mls::Role::matrix
                  : role == "embedding" ? mls::Role::embedding
                  : role == "head"      ? mls::Role::head
                                        : mls::Role::vector;
      const auto shape = message.values<std::int64_t>("shape" + std::to_string(k));
      info.rows = shape[0];
      info.columns = shape.size() > 1 ? shape[1] : 1;
    }
  }

  mls::Channel& judge_;
  mls::Rng rng_;
  mls::Setup setup_;
  std::unique_ptr<mls::Optimizer> honest_;
  std::vector<float> values_, gradient_, update_;
  int step_ = 0;
  double scale_ = 1, loss_ = 0;
};

}  // namespace attack
