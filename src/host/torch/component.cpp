#include "host/torch/component.hpp"

#include <torch/csrc/autograd/engine.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "core/placed_floats.hpp"
#include "core/torch/tensors.hpp"
#include "host/torch/shared_tensors.hpp"

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
    message.set("memory", shared_.memory().exists());
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
      reply("gradients", taken_gradients());
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
  struct Received {
    const float* values;
    Shape shape;
    bool stays;  ///< until its call has ended; otherwise gone with the next message
  };

  void forward(const Message& message) {
    if (message.has("values")) assign(parameters_, message.values<float>("values"));
    const bool training = message.boolean("training");
    ComponentLayer& layer = *layers_.at(static_cast<std::size_t>(message.integer("layer")));
    if (!training) {
      const at::NoGradGuard no_grad;
      hand_over("output", "y", layer.forward(view_of(received(message, "x")), false));
      return;
    }
    const torch::Tensor x = kept(received(message, "x")).set_requires_grad(true);
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
    // With the last of the open calls the judge has all it wants: it need not ask for these.
    std::vector<float> gradients;
    if (calls_.empty() && !parameters_.empty()) gradients = taken_gradients();
    hand_over("input_gradient", "gradient",
              call.x.grad().defined() ? call.x.grad() : torch::zeros_like(call.x), gradients);
  }

  /// Of the parameters, since the last time.
  std::vector<float> taken_gradients() {
    std::vector<torch::Tensor> gradients;
    for (torch::Tensor& parameter : parameters_) {
      gradients.push_back(parameter.grad().defined() ? parameter.grad() : torch::zeros_like(parameter));
      parameter.mutable_grad() = torch::Tensor();
    }
    return flat(gradients);
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
        tensor.copy_(view_of({part.data(), tensor.sizes().vec(), true}));
      }
    }
  }

  [[nodiscard]] Received received(const Message& message, std::string_view name) const {
    const TensorView& tensor = message.tensor(name);
    if (!is_placed(tensor)) return {tensor.as<float>().data(), tensor.shape, false};
    PlacedFloats floats = placed_floats(tensor);
    return {&shared_.memory().incoming()[floats.place], std::move(floats.shape),
            floats.place >= ExchangeMemory::passing_floats};
  }

  static torch::Tensor view_of(const Received& received) {
    // from_blob takes a mutable pointer.
    return torch::from_blob(const_cast<float*>(received.values), received.shape, torch::kFloat);  // NOLINT
  }

  static torch::Tensor kept(const Received& received) {
    if (received.stays) return view_of(received);
    torch::Tensor copy = torch::empty(received.shape);
    std::copy_n(received.values, copy.numel(), copy.data_ptr<float>());
    return copy;
  }

  /// Floats by memory where there is one.
  void hand_over(std::string_view kind, std::string_view name, const torch::Tensor& tensor,
                 const std::vector<float>& gradients = {}) {
    const torch::Tensor sent = ready(tensor);
    reply_.reset(kind);
    if (const std::optional<std::size_t> place = place_of(sent)) {
      add_placed(reply_, name, *place, sent.sizes(), placed_);
    } else {
      add(reply_, name, sent);
    }
    if (!gradients.empty()) reply_.add("values", gradients);
    judge_.send(reply_);
  }

  /// Where in the memory the tensor lies; before, it is copied there if it does not and fits.
  [[nodiscard]] std::optional<std::size_t> place_of(const torch::Tensor& tensor) const {
    if (tensor.scalar_type() != torch::kFloat || !shared_.memory().exists()) return std::nullopt;
    const std::span<const float> floats(tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel()));
    if (const std::optional<std::size_t> place = shared_.place_of(floats)) return place;
    if (floats.size() > ExchangeMemory::passing_floats) return std::nullopt;
    std::ranges::copy(floats, shared_.memory().outgoing().begin());
    return 0;
  }

  void reply(std::string_view kind, const std::vector<float>& values) {
    reply_.reset(kind);
    judge_.send(reply_.add("values", values));
  }

  JudgeLink& judge_;
  SharedTensors& shared_ = SharedTensors::install();
  std::vector<std::unique_ptr<ComponentLayer>> layers_;
  std::vector<torch::Tensor> parameters_;
  std::unordered_map<std::int64_t, Call> calls_;
  Message reply_;
  Shape placed_;  // while it is sent
};

}  // namespace

void serve_components(JudgeLink& judge, const MakeLayer& make) {
  Server server(judge, make, judge.expect("begin"));
  server.declare();
  while (server.serve(judge.receive())) {
  }
}

}  // namespace mls::host
