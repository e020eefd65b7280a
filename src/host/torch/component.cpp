#include "host/torch/component.hpp"

#include <torch/csrc/autograd/engine.h>

#include <algorithm>
#include <cstddef>
#include <span>
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
    const std::vector<float> values = flat(parameters_);
    Message message("declared");
    message.set("memory", memory_.exists());
    message.add("sizes", sizes).add("layers", layer_of).add("decay", decay).add("buffers", carried);
    judge_.send(message.add("values", values));
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
      assign(parameters_, message.values<float>("values"));
    } else if (kind == "carry") {
      reply("carried", flat(all_buffers()));
    } else if (kind == "restore") {
      assign(parameters_, message.values<float>("values"));
      assign(all_buffers(), message.values<float>("buffers"));
    } else if (kind == "finish") {
      judge_.send(Message("finished"));
      return false;
    } else {
      throw ProtocolError("the judge sent '" + kind + "', which components do not know");
    }
    return true;
  }

 private:
  /// A call that a gradient may be asked of. Of y only the way back is kept: its values are the judge's.
  struct Call {
    torch::Tensor x;
    torch::autograd::Edge y;
  };
  /// What the judge sent, gone with the next message.
  struct Received {
    const float* values;
    Shape shape;
  };

  void forward(const Message& message) {
    const bool training = message.boolean("training");
    ComponentLayer& layer = *layers_.at(static_cast<std::size_t>(message.integer("layer")));
    if (!training) {
      const at::NoGradGuard no_grad;
      hand_over("output", "y", layer.forward(view_of(received(message, "x")), false));
      return;
    }
    const torch::Tensor x = copy_of(received(message, "x")).set_requires_grad(true);
    const torch::Tensor y = layer.forward(x, true);
    calls_[message.integer("call")] = {x, torch::autograd::impl::gradient_edge(y)};
    hand_over("output", "y", y);
  }

  void backward(const Message& message) {
    const auto found = calls_.find(message.integer("call"));
    if (found == calls_.end()) throw ProtocolError("the judge wants the gradient of a call that has ended");
    const Call call = found->second;
    calls_.erase(found);
    // What depends on nothing that is learned has no way back.
    if (call.y.is_valid())
      torch::autograd::Engine::get_default_engine().execute({call.y},
                                                            {view_of(received(message, "gradient"))},
                                                            /*keep_graph=*/false, /*create_graph=*/false,
                                                            /*accumulate_grad=*/true);
    hand_over("input_gradient", "gradient",
              call.x.grad().defined() ? call.x.grad() : torch::zeros_like(call.x));
  }

  void collect() {
    std::vector<torch::Tensor> gradients;
    for (torch::Tensor& parameter : parameters_) {
      gradients.push_back(parameter.grad().defined() ? parameter.grad() : torch::zeros_like(parameter));
    }
    reply("gradients", flat(gradients));
    for (torch::Tensor& parameter : parameters_) parameter.mutable_grad() = torch::Tensor();
  }

  [[nodiscard]] std::vector<torch::Tensor> all_buffers() const {
    std::vector<torch::Tensor> all;
    for (const auto& layer : layers_)
      for (const torch::Tensor& buffer : layer->buffers()) all.push_back(buffer);
    return all;
  }

  // What follows copies by itself: an operation of libtorch costs more than the numbers of a layer.

  static std::vector<float> flat(const std::vector<torch::Tensor>& tensors) {
    std::vector<float> values;
    for (const torch::Tensor& tensor : tensors) {
      const torch::Tensor part = ready(tensor);
      values.insert(values.end(), part.data_ptr<float>(), part.data_ptr<float>() + part.numel());
    }
    return values;
  }

  static void assign(const std::vector<torch::Tensor>& tensors, std::span<const float> values) {
    const at::NoGradGuard no_grad;
    for (const torch::Tensor& tensor : tensors) {
      const auto count = static_cast<std::size_t>(tensor.numel());
      const std::span<const float> part = values.first(count);
      values = values.subspan(count);
      if (tensor.is_contiguous()) {
        std::ranges::copy(part, tensor.data_ptr<float>());
        tensor.unsafeGetTensorImpl()->bump_version();
      } else {
        tensor.copy_(view_of({part.data(), tensor.sizes().vec()}));
      }
    }
  }

  [[nodiscard]] Received received(const Message& message, std::string_view name) const {
    const TensorView& tensor = message.tensor(name);
    if (tensor.dtype != DType::i64) return {tensor.as<float>().data(), tensor.shape};
    const auto shape = tensor.as<std::int64_t>();
    return {memory_.incoming().data(), {shape.begin(), shape.end()}};
  }

  static torch::Tensor view_of(const Received& received) {
    // from_blob takes a mutable pointer.
    return torch::from_blob(const_cast<float*>(received.values), received.shape, torch::kFloat);  // NOLINT
  }

  static torch::Tensor copy_of(const Received& received) {
    torch::Tensor copy = torch::empty(received.shape);
    std::copy_n(received.values, copy.numel(), copy.data_ptr<float>());
    return copy;
  }

  /// Floats by memory where there is one.
  void hand_over(std::string_view kind, std::string_view name, const torch::Tensor& tensor) {
    const torch::Tensor sent = ready(tensor);
    const std::span<float> memory = memory_.outgoing();
    const auto count = static_cast<std::size_t>(sent.numel());
    const Shape shape = sent.sizes().vec();
    reply_.reset(kind);
    if (!memory_.exists() || sent.scalar_type() != torch::kFloat || count > memory.size()) {
      add(reply_, name, sent);
    } else {
      std::copy_n(sent.data_ptr<float>(), count, memory.begin());
      reply_.add(name, shape);
    }
    judge_.send(reply_);
  }

  void reply(std::string_view kind, const std::vector<float>& values) {
    reply_.reset(kind);
    judge_.send(reply_.add("values", values));
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
