#include "host/torch/component.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include "core/exchange_memory.hpp"
#include "core/torch/tensors.hpp"

namespace mls::host {
namespace {

class Server {
 public:
  Server(JudgeLink& judge, const MakeLayer& make, const Message& begin) : judge_(judge) {
    const std::int64_t layers = begin.integer("layers");
    for (std::int64_t layer = 0; layer < layers; ++layer) layers_.push_back(make(begin, layer));
  }

  void declare() {
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> layer_of;
    std::vector<std::uint8_t> decay;
    std::vector<std::int64_t> carried;
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      for (const LearnedTensor& learned : layers_[layer]->parameters()) {
        sizes.push_back(learned.value.numel());
        layer_of.push_back(static_cast<std::int64_t>(layer));
        decay.push_back(learned.decay ? 1 : 0);
        parameters_.push_back(learned.value);
      }
      carried.push_back(0);
      for (const torch::Tensor& buffer : layers_[layer]->buffers()) carried.back() += buffer.numel();
    }
    const torch::Tensor values = flat(parameters_);
    Message message("declared");
    message.set("memory", memory_.exists());
    message.add("sizes", sizes).add("layers", layer_of).add("decay", decay).add("buffers", carried);
    add(message, "values", values);
    judge_.send(message);
  }

  /// False once the judge has finished.
  bool serve(const Message& message) {
    const std::string& kind = message.kind();
    if (kind == "forward") {
      forward(message);
    } else if (kind == "backward") {
      backward(message);
    } else if (kind == "forget") {
      calls_.erase(message.integer("call"));
    } else if (kind == "collect") {
      collect();
    } else if (kind == "parameters") {
      assign(parameters_, view_of(message, "values"));
    } else if (kind == "carry") {
      reply("carried", "values", flat(all_buffers()));
    } else if (kind == "restore") {
      assign(parameters_, view_of(message, "values"));
      assign(all_buffers(), view_of(message, "buffers"));
    } else if (kind == "finish") {
      judge_.send(Message("finished"));
      return false;
    } else {
      throw ProtocolError("the judge sent '" + kind + "', which components do not know");
    }
    return true;
  }

 private:
  struct Call {
    torch::Tensor x;
    torch::Tensor y;
  };

  void forward(const Message& message) {
    const bool training = message.boolean("training");
    ComponentLayer& layer = *layers_.at(static_cast<std::size_t>(message.integer("layer")));
    if (!training) {
      const at::NoGradGuard no_grad;
      hand_over("output", "y", layer.forward(received(message, "x"), false));
      return;
    }
    // The message's memory is gone with the next one, but the graph needs x until then.
    const torch::Tensor x = received(message, "x").clone().set_requires_grad(true);
    const torch::Tensor y = layer.forward(x, true);
    calls_[message.integer("call")] = {x, y};
    hand_over("output", "y", y);
  }

  void backward(const Message& message) {
    const auto found = calls_.find(message.integer("call"));
    if (found == calls_.end()) throw ProtocolError("the judge wants the gradient of a call that has ended");
    const Call call = found->second;
    calls_.erase(found);
    // A layer that ignores its input, or passes it on, has no graph to walk.
    if (call.y.requires_grad()) call.y.backward(received(message, "gradient"));
    hand_over("input_gradient", "gradient",
              call.x.grad().defined() ? call.x.grad() : torch::zeros_like(call.x));
  }

  void collect() {
    std::vector<torch::Tensor> gradients;
    for (torch::Tensor& parameter : parameters_) {
      gradients.push_back(parameter.grad().defined() ? parameter.grad() : torch::zeros_like(parameter));
    }
    reply("gradients", "values", flat(gradients));
    for (torch::Tensor& parameter : parameters_) parameter.mutable_grad() = torch::Tensor();
  }

  [[nodiscard]] std::vector<torch::Tensor> all_buffers() const {
    std::vector<torch::Tensor> all;
    for (const auto& layer : layers_)
      for (const torch::Tensor& buffer : layer->buffers()) all.push_back(buffer);
    return all;
  }

  static torch::Tensor flat(const std::vector<torch::Tensor>& tensors) {
    std::vector<torch::Tensor> parts{torch::empty({0})};
    for (const torch::Tensor& tensor : tensors) parts.push_back(tensor.detach().reshape({-1}));
    return torch::cat(parts);
  }

  static void assign(const std::vector<torch::Tensor>& tensors, const torch::Tensor& values) {
    const at::NoGradGuard no_grad;
    std::int64_t at = 0;
    for (const torch::Tensor& tensor : tensors) {
      tensor.copy_(values.narrow(0, at, tensor.numel()).reshape(tensor.sizes()));
      at += tensor.numel();
    }
  }

  /// Gone with the next message.
  [[nodiscard]] torch::Tensor received(const Message& message, std::string_view name) const {
    const TensorView& tensor = message.tensor(name);
    if (tensor.dtype != DType::i64) return view_of(tensor);
    const auto shape = tensor.as<std::int64_t>();
    const Shape extents(shape.begin(), shape.end());
    // from_blob takes a mutable pointer.
    return torch::from_blob(const_cast<float*>(memory_.incoming().data()), extents, torch::kFloat);  // NOLINT
  }

  /// As `reply`, by memory where there is one.
  void hand_over(std::string_view kind, std::string_view name, const torch::Tensor& tensor) {
    const torch::Tensor sent = ready(tensor);
    const std::span<float> memory = memory_.outgoing();
    const auto count = static_cast<std::size_t>(sent.numel());
    if (!memory_.exists() || sent.scalar_type() != torch::kFloat || count > memory.size())
      return reply(kind, name, sent);
    std::copy_n(sent.data_ptr<float>(), count, memory.begin());
    const Shape shape = sent.sizes().vec();
    reply_.reset(kind);
    judge_.send(reply_.add(name, shape));
  }

  void reply(std::string_view kind, std::string_view name, const torch::Tensor& tensor) {
    const torch::Tensor sent = ready(tensor);
    reply_.reset(kind);
    add(reply_, name, sent);
    judge_.send(reply_);
  }

  JudgeLink& judge_;
  ExchangeMemory memory_{ExchangeMemory::host_descriptor, ExchangeMemory::Side::host};
  std::vector<std::unique_ptr<ComponentLayer>> layers_;
  std::vector<torch::Tensor> parameters_;
  std::unordered_map<std::int64_t, Call> calls_;
  Message reply_;
};

}  // namespace

void serve_components(JudgeLink& judge, const MakeLayer& make) {
  Server server(judge, make, judge.expect("begin"));
  server.declare();
  while (server.serve(judge.receive())) {
  }
}

}  // namespace mls::host
