// In the place of a task's own scaffold: answers the judge of any task of protocol `train` as a part that
// does nothing, notes what it is sent, and in the end fails with the list: its message is what the test
// reads. The process that evaluates knows itself by being told what training has left.
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

#include "host/host.hpp"
#include "surface.hpp"

namespace {

using mls::Message;

class Spy {
 public:
  /// False when there is nothing more to be seen.
  bool note_and_answer(const Message& message, mls::host::JudgeLink& judge) {
    const std::string kind = message.kind();
    note(message);
    if (kind == until_.kind && restores_ >= until_.restores) throw std::runtime_error(report());
    if (kind == "restore") ++restores_;
    if (kind == "finish") return false;
    if (!answer_as_step(message, judge) && !answer_as_rule(message, judge)) answer_as_layer(message, judge);
    return true;
  }

 private:
  [[nodiscard]] std::string report() const {
    std::string text = "seen:";
    for (const auto& [field, kind] : seen_) text += " " + field + "=" + kind;
    return text;
  }

  /// As an update of parameters.
  bool answer_as_step(const Message& message, mls::host::JudgeLink& judge) {
    if (message.kind() == "begin" && message.has("values")) {
      total_ = message.values<float>("values").size();
      judge.send(Message("ready"));
      return true;
    }
    if (message.kind() != "step") return false;
    const std::vector<float> nothing(total_);
    judge.send(Message("update").add("update", nothing));
    return true;
  }

  /// As a rule of value learning whose network has one output an action.
  bool answer_as_rule(const Message& message, mls::host::JudgeLink& judge) {
    const std::string kind = message.kind();
    if (kind == "begin" && message.has("rules")) {
      rules_ = message.integer("rules");
      Message head("head");
      head.set("outputs", message.integer("actions")).set("n_step", 1);
      judge.send(head.set("online_next", true).set("target_now", true));
    } else if (kind == "q") {
      echo("values", "q", message, "z", judge);
    } else if (kind == "gradient") {
      echo("gradients", "gradient", message, "z", judge);
    } else if (kind == "get_state") {
      const std::vector<std::int32_t> sizes(static_cast<std::size_t>(rules_));
      judge.send(Message("state").add("values", std::vector<float>()).add("sizes", sizes));
    } else if (kind == "restore" && message.has("sizes")) {
      judge.send(Message("restored"));
    } else {
      return false;
    }
    return true;
  }

  void answer_as_layer(const Message& message, mls::host::JudgeLink& judge) {
    const std::string kind = message.kind();
    if (kind == "begin") {
      layers_ = message.integer("layers");
      declare(judge);
    } else if (kind == "positions") {
      judge.send(Message(kind).set("learned", false));
    } else if (kind == "forward") {
      echo("output", "y", message, "x", judge);
    } else if (kind == "backward") {
      echo("input_gradient", "gradient", message, "gradient", judge);
    } else if (kind == "collect") {
      const std::vector<float> none{0};
      judge.send(Message("gradients").add("values", none));
    } else if (kind == "carry") {
      judge.send(Message("carried").add("values", std::vector<float>()));
    }
  }

  /// One learned number, of the first layer.
  void declare(mls::host::JudgeLink& judge) const {
    const std::vector<std::int64_t> one{1};
    const std::vector<std::int64_t> first{0};
    const std::vector<std::uint8_t> decay{0};
    const std::vector<std::int64_t> buffers(static_cast<std::size_t>(layers_));
    const std::vector<float> value{0.5F};
    Message declared("declared");
    declared.add("sizes", one).add("layers", first).add("decay", decay);
    declared.add("buffers", buffers).add("values", value);
    judge.send(declared);
  }

  static void echo(const char* kind, const char* name, const Message& message, const char* source,
                   mls::host::JudgeLink& judge) {
    const auto values = message.values<float>(source);
    const std::vector<float> copy(values.begin(), values.end());
    judge.send(Message(kind).add(name, copy, message.tensor(source).shape));
  }

  void note(const Message& message) {
    for (const auto& [name, value] : message.scalars()) {
      static constexpr const char* types[] = {"bool", "i64", "f64", "text"};
      seen_[message.kind() + "." + name] = types[value.index()];
    }
    for (const mls::TensorView& tensor : message.tensors()) {
      // Numbered fields are one field.
      std::string name = tensor.name.substr(0, tensor.name.find_first_of("0123456789"));
      std::string& kind = seen_[message.kind() + "." + name];
      if (tensor.dtype != mls::DType::f32) {
        kind = "whole";
      } else if (kind != "real") {
        kind = is_whole(tensor.as<float>()) ? "whole" : "real";
      }
    }
  }

  /// As labels or raw bytes are; of nothing but zeros nothing can be told.
  static bool is_whole(std::span<const float> values) {
    for (const float value : values)
      if (value != std::floor(value)) return false;
    return true;
  }

  Until until_ = spy_until();
  int restores_ = 0;
  std::map<std::string, std::string> seen_;
  std::int64_t rules_ = 0;
  std::size_t total_ = 0;
  std::int64_t layers_ = 0;
};

}  // namespace

void mls::host::run_method(JudgeLink& judge) {
  Spy spy;
  while (spy.note_and_answer(judge.receive(), judge)) {
  }
  judge.send(Message("finished"));
}
