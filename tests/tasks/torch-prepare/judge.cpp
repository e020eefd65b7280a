// Fits a small network to a sine in `prepare`, with libtorch: forward, backward, a convolution. Metrics: mean
// squared difference of the host's answers from that network's, and the sum of its parameters.
#include <array>
#include <stdexcept>
#include <vector>

#include "core/torch/tensors.hpp"
#include "judge/task.hpp"

namespace {

using namespace mls;

constexpr std::int64_t width = 16;
constexpr std::array<const char*, 3> names{"in", "shift", "out"};

torch::Tensor drawn(Rng& rng, std::int64_t rows, std::int64_t columns) {
  torch::Tensor tensor = torch::empty({rows, columns});
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    tensor.data_ptr<float>()[i] = static_cast<float>(rng.normal());
  return tensor;
}

/// As a convolution over one position, so that its kernels are needed too.
torch::Tensor predicted(const std::vector<torch::Tensor>& parameters, const torch::Tensor& x) {
  const torch::Tensor hidden = torch::conv1d(x.unsqueeze(-1), parameters[0].t().unsqueeze(-1)).squeeze(-1);
  return torch::matmul(torch::tanh(hidden + parameters[1]), parameters[2]);
}

StoredMessage prepare(const judge::Preparation& preparation) {
  if (preparation.params.flag("fails")) throw std::runtime_error("there is nothing to learn");
  Rng rng = preparation.draws.rng("network");
  std::vector<torch::Tensor> parameters{2 * drawn(rng, 1, width), drawn(rng, 1, width),
                                        0.3 * drawn(rng, width, 1)};
  for (const torch::Tensor& parameter : parameters) parameter.set_requires_grad(true);
  const torch::Tensor x = drawn(rng, 128, 1);
  for (int step = 0; step < 400; ++step) {
    const auto gradients =
        torch::autograd::grad({torch::mse_loss(predicted(parameters, x), torch::sin(2 * x))}, parameters);
    const torch::NoGradGuard no_graph;
    for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].sub_(gradients[i], 0.1);
  }
  Message network("network");
  std::vector<torch::Tensor> kept;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    kept.push_back(ready(parameters[i]));
    add(network, names[i], kept.back());
  }
  return judge::store(network);
}

judge::Metrics run(judge::Run& run) {
  std::vector<torch::Tensor> parameters;
  double sum = 0;
  for (const char* name : names) {
    parameters.push_back(view_of(run.artefact, name));
    sum += parameters.back().sum().item<double>();
  }
  Rng rng = run.draws.rng("asked");
  const torch::Tensor x = drawn(rng, 64, 1).to(torch::kDouble);
  Message ask("ask");
  add(ask, "x", x.reshape({64}));
  const torch::Tensor y = view_of(run.host.ask(ask, "answers"), "y");
  const torch::Tensor truth = predicted(parameters, x.to(torch::kFloat)).reshape({64});
  return {{"error", (y - truth).square().mean().item<double>()}, {"sum", sum}};
}

}  // namespace

int main(int argc, char** argv) { return judge::judge_main(argc, argv, {.prepare = prepare, .run = run}); }
