// Trains networks whose activation is the host's, and scores them.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "judge/task.hpp"
#include "lib/nn/judge/sum_of_sines.hpp"
#include "lib/nn/judge/torch/networks.hpp"
#include "lib/nn/judge/torch/pointwise.hpp"
#include "lib/nn/judge/torch/training.hpp"
#include "lib/vision/judge/datasets.hpp"
#include "lib/vision/judge/torch/tensors.hpp"

namespace mls {
namespace {

constexpr std::int64_t scaling_rows = 256;
constexpr int sines = 8;
constexpr int sine_inputs = 4;

/// Inputs and targets: class numbers i64 [n], or real values f32 [n, 1].
struct Data {
  torch::Tensor x;
  torch::Tensor y;
  torch::Tensor test_x;
  torch::Tensor test_y;
};

bool is_regression(const judge::Params& params) { return params.text("data") == "sines"; }

int integer(const judge::Params& params, const std::string& name) {
  return static_cast<int>(params.integer(name));
}

torch::Tensor column(const std::vector<float>& values, std::int64_t columns) {
  return torch::tensor(values).reshape({-1, columns});
}

Data regression(const judge::Run& run) {
  Rng rng = run.draws.setting_rng("data");
  const nn::SumOfSines target(sine_inputs, sines, rng);
  const nn::RegressionRows train = target.draw(integer(run.params, "train"), rng);
  const nn::RegressionRows test = target.draw(integer(run.params, "test"), rng);
  return {column(train.x, sine_inputs), column(train.y, 1), column(test.x, sine_inputs), column(test.y, 1)};
}

Data data_of(const judge::Run& run) {
  if (is_regression(run.params)) return regression(run);
  const vision::Dataset images = vision::draw_dataset(
      {.name = run.params.text("data"),
       .train = integer(run.params, "train"),
       .test = integer(run.params, "test")},
      [&](const std::string& pack, const std::string& file) { return run.packs.file(pack, file); },
      run.draws.setting_rng("data"));
  const vision::ImageTensors train = vision::tensors_of(images.train);
  const vision::ImageTensors test = vision::tensors_of(images.test);
  return {train.x, train.y, test.x, test.y};
}

std::unique_ptr<nn::Network> network_of(const judge::Params& params, const Data& data, nn::Part activation,
                                        const Rng& rng) {
  const int width = integer(params, "width");
  const int depth = integer(params, "depth");
  if (is_regression(params))
    return std::make_unique<nn::PlainMlp>(nn::PlainMlpShape{sine_inputs, width, depth, 1},
                                          std::move(activation), rng);
  return std::make_unique<nn::PlainCnn>(
      nn::PlainCnnShape{static_cast<int>(data.x.size(1)), width, depth, 10, params.flag("batch_norm")},
      std::move(activation), rng);
}

/// What the host is told: of its layers, nothing of data and training.
Message begin(const std::vector<nn::Place>& places, const std::vector<std::int64_t>& channels) {
  Message message("begin");
  message.set("layers", static_cast<std::int64_t>(places.size())).add("channels", channels);
  message.set("normalized", places.front().normalized).set("convolutional", places.front().convolutional);
  return message;
}

nn::PointwiseComponent component_of(judge::Run& run, const std::vector<nn::Place>& places) {
  std::vector<std::int64_t> channels;
  std::vector<judge::LayerCap> caps;
  for (const nn::Place& place : places) {
    channels.push_back(place.channels);
    caps.push_back({.parameters = 2 * place.channels + 8, .buffers = 0});
  }
  const std::int64_t calls = run.params.integer("steps") * static_cast<std::int64_t>(places.size());
  return {run, begin(places, channels), std::move(caps), calls};
}

std::unique_ptr<nn::Optimizer> optimizer_of(const judge::Params& params,
                                            const std::vector<nn::Parameter>& parameters) {
  if (is_regression(params)) return std::make_unique<nn::Adam>(parameters, nn::AdamOptions{});
  return std::make_unique<nn::Sgd>(parameters, nn::SgdOptions{.momentum = 0.9, .weight_decay = 5e-4});
}

torch::Tensor loss_of(const torch::Tensor& output, const torch::Tensor& target) {
  if (target.dim() == 2) return torch::mse_loss(output, target);
  return torch::nll_loss(torch::log_softmax(output, 1), target);
}

/// Mean squared error over the variance of the targets; what diverged counts as the mean for an answer.
judge::Metrics regression_metrics(const Data& data, const torch::Tensor& output) {
  const torch::Tensor error = (output - data.test_y).to(torch::kDouble).square().mean();
  const torch::Tensor variance = data.test_y.to(torch::kDouble).var(false);
  const double relative = (error / variance).item<double>();
  return {{"relative_mse", std::isfinite(relative) ? relative : 1.0}};
}

judge::Metrics metrics_of(const Data& data, const torch::Tensor& output, bool diverged) {
  if (data.y.dim() == 2)
    return diverged ? judge::Metrics{{"relative_mse", 1.0}} : regression_metrics(data, output);
  const nn::Scores scores = diverged ? nn::scores_of_divergence(10) : nn::scores_of(output, data.test_y);
  return {{"acc", scores.accuracy}, {"nll", scores.nll}};
}

judge::Metrics run(judge::Run& run) {
  const Data data = data_of(run);
  nn::PointwiseComponent* component = nullptr;
  const auto network = network_of(
      run.params, data,
      [&component](std::int64_t place, const torch::Tensor& x, bool training) {
        return component->forward(place, x, training);
      },
      run.draws.rng("weights"));
  nn::PointwiseComponent hosted = component_of(run, network->places());
  component = &hosted;

  bool diverged = false;
  torch::Tensor output;
  try {
    network->scale_to_unit_variance(data.x.narrow(0, 0, scaling_rows));
  } catch (const nn::Divergence&) {
    diverged = true;
  }
  std::vector<nn::Parameter> parameters = network->parameters();
  parameters.insert(parameters.end(), hosted.parameters().begin(), hosted.parameters().end());
  const auto optimizer = optimizer_of(run.params, parameters);
  nn::BatchOrder order(data.x.size(0), run.params.integer("batch"), run.draws.rng("batches"));
  if (!diverged) {
    diverged =
        nn::train(
            {.loss =
                 [&](std::int64_t) {
                   const torch::Tensor rows = order.next();
                   return loss_of(network->forward(data.x.index_select(0, rows), true),
                                  data.y.index_select(0, rows));
                 },
             .parameters = parameters,
             .optimizer = optimizer.get(),
             .after_backward = [&] { hosted.collect_gradients(); },
             .after_step = [&] { hosted.publish(); }},
            {.shape = {.steps = run.params.integer("steps")}, .rate = run.params.real("rate"), .clip = 1})
            .diverged;
  }
  hosted.evaluate();
  if (!diverged) {
    Rng sizes = run.draws.setting_rng("test batches");
    try {
      output =
          nn::predict([&](const torch::Tensor& x) { return network->forward(x, false); }, data.test_x, sizes);
    } catch (const nn::Divergence&) {
      diverged = true;
    }
  }
  hosted.probe();
  return metrics_of(data, output, diverged);
}

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
