#include "host/train.hpp"

#include <sstream>

namespace mls::host {
namespace {

/// The parameters as views into three flat arrays, of which values and update are kept here.
class Parameters {
 public:
  explicit Parameters(const Message& begin) {
    const auto values = begin.values<float>("values");
    values_.assign(values.begin(), values.end());
    update_.resize(values_.size());
    std::istringstream roles(begin.text("roles"));
    std::size_t at = 0;
    for (std::string role; roles >> role;) {
      const auto extents = begin.values<std::int64_t>("shape" + std::to_string(views_.size()));
      std::size_t size = 1;
      for (const std::int64_t extent : extents) size *= static_cast<std::size_t>(extent);
      views_.push_back(
          {{extents.begin(), extents.end()}, role, std::span(values_).subspan(at, size), {}, {}});
      at += size;
    }
  }

  [[nodiscard]] std::span<const TrainedParameter> views() const { return views_; }
  [[nodiscard]] const std::vector<float>& update() const { return update_; }

  void set_gradient(std::span<const float> gradient) {
    std::size_t at = 0;
    for (TrainedParameter& view : views_) {
      view.gradient = gradient.subspan(at, view.values.size());
      view.update = std::span(update_).subspan(at, view.values.size());
      at += view.values.size();
    }
  }
  /// As the judge does, to the bit.
  void apply_update() {
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] += update_[i];
  }

 private:
  std::vector<float> values_;
  std::vector<float> update_;
  std::vector<TrainedParameter> views_;
};

}  // namespace

void train(JudgeLink& judge, const StepHandlers& handlers) {
  const Message& begin = judge.expect("begin");
  const std::int64_t steps = begin.integer("steps");
  Parameters parameters(begin);
  handlers.begin(parameters.views(), steps);
  judge.send(Message("ready"));
  Message reply;
  while (true) {
    const Message& message = judge.receive();
    if (message.kind() == "finish") break;
    if (message.kind() != "step")
      throw ProtocolError("the judge sent '" + message.kind() + "' where step or finish is expected");
    parameters.set_gradient(message.values<float>("gradient"));
    handlers.step({message.integer("step"), steps, message.real("scale"), message.real("loss")},
                  parameters.views());
    reply.reset("update");
    reply.add("update", parameters.update());
    judge.send(reply);
    parameters.apply_update();
  }
  judge.send(Message("finished"));
}

}  // namespace mls::host
