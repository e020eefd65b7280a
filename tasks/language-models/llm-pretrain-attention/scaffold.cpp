// Computes the attention layers of the judge's transformer.
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "host/torch/component.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

class Layer final : public ComponentLayer {
 public:
  explicit Layer(std::unique_ptr<Attention> attention) : attention_(std::move(attention)) {
    if (attention_ == nullptr) throw std::runtime_error("make_attention returned nothing");
  }
  torch::Tensor forward(const torch::Tensor& x, bool) override { return attention_->forward(x); }
  std::vector<LearnedTensor> parameters() override {
    std::vector<LearnedTensor> learned;
    for (const Parameter& parameter : attention_->parameters())
      learned.push_back({parameter.value, parameter.decay});
    return learned;
  }

 private:
  std::unique_ptr<Attention> attention_;
};

LayerInfo info_of(const Message& begin, std::int64_t layer) {
  const auto of = [&](const char* name) { return static_cast<int>(begin.integer(name)); };
  return {.index = static_cast<int>(layer),
          .layers = of("layers"),
          .width = of("width"),
          .heads = of("heads"),
          .context = of("context")};
}

}  // namespace

void run_method(JudgeLink& judge) {
  Rng rng(static_cast<std::uint64_t>(judge.expect("positions").integer("rng_seed")));
  Message answer("positions");
  judge.send(answer.set("learned", absolute_positions()));
  serve_components(judge, [&rng](const Message& begin, std::int64_t layer) {
    return std::make_unique<Layer>(make_attention(info_of(begin, layer), rng));
  });
}

}  // namespace mls::host
