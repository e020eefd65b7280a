// Trains networks whose normalisation is the host's, and scores them.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "judge/probes.hpp"
#include "judge/task.hpp"
#include "lib/nn/judge/torch/component.hpp"
#include "lib/nn/judge/torch/networks.hpp"
#include "lib/nn/judge/torch/training.hpp"
#include "lib/vision/judge/class_batches.hpp"
#include "lib/vision/judge/datasets.hpp"
#include "lib/vision/judge/torch/tensors.hpp"

namespace mls {
namespace {

constexpr int classes = 10;
constexpr std::size_t recorded_calls = 8;
constexpr double probe_tolerance = 1e-4;

int integer(const judge::Params& params, const std::string& name) {
  return static_cast<int>(params.integer(name));
}

vision::Dataset data_of(const judge::Run& run) {
  return vision::draw_dataset(
      {.name = run.params.text("data"),
       .train = integer(run.params, "train"),
       .test = integer(run.params, "test"),
       .other_style = run.params.flag("other_style")},
      [&](const std::string& pack, const std::string& file) { return run.packs.file(pack, file); },
      run.draws.setting_rng("data"));
}

std::unique_ptr<nn::Network> network_of(const judge::Params& params, int channels, nn::Part normalization,
                                        const Rng& rng) {
  const int width = integer(params, "width");
  const int blocks = integer(params, "blocks");
  if (params.text("network") == "mobile")
    return std::make_unique<nn::Mobile>(nn::MobileShape{channels, width, blocks, classes},
                                        std::move(normalization), rng);
  return std::make_unique<nn::ResNet>(nn::ResNetShape{channels, width, blocks, classes},
                                      std::move(normalization), rng);
}

/// The host is told of its layers, nothing of data and training.
judge::Components components_of(judge::Run& run, const std::vector<nn::Place>& places) {
  std::vector<std::int64_t> channels;
  std::vector<judge::LayerCap> caps;
  for (const nn::Place& place : places) {
    channels.push_back(place.channels);
    caps.push_back({.parameters = 8 * place.channels + 16, .buffers = 4 * place.channels + 16});
  }
  Message begin("begin");
  begin.set("layers", static_cast<std::int64_t>(places.size())).add("channels", channels);
  return {run.host, begin, std::move(caps)};
}

/// Row numbers of the batches of a step, each of which is normalised on its own: one of `batch` images, or
/// several of four images of one class each.
class Batches {
 public:
  Batches(const judge::Run& run, const vision::LabelledImages& train)
      : micro_(integer(run.params, "micro_batches")),
        mixed_(static_cast<std::int64_t>(train.count()), run.params.integer("batch"),
               run.draws.rng("batches")),
        pure_(train.labels, classes, integer(run.params, "batch"), run.draws.rng("batches of one class")) {}

  std::vector<torch::Tensor> next() {
    if (micro_ == 0) return {mixed_.next()};
    std::vector<torch::Tensor> batches;
    batches.reserve(static_cast<std::size_t>(micro_));
    for (int k = 0; k < micro_; ++k) batches.push_back(torch::tensor(pure_.next()));
    return batches;
  }

 private:
  int micro_;
  nn::BatchOrder mixed_;
  vision::ClassBatches pure_;
};

class Experiment {
 public:
  explicit Experiment(judge::Run& run)
      : run_(run),
        data_(data_of(run)),
        train_(vision::tensors_of(data_.train)),
        test_(vision::tensors_of(data_.test)),
        network_(network_of(
            run.params, data_.train.size.channels,
            [this](std::int64_t place, const torch::Tensor& x, bool training) {
              return layers_.forward(place, x, training);
            },
            run.draws.rng("weights"))),
        components_(components_of(run, network_->places())),
        layers_(components_) {}

  judge::Metrics scores() {
    bool diverged = trained().diverged;
    components_.continue_in_fresh_host(run_);
    components_.record(recorded_calls, run_.draws.rng("recordings"));
    nn::Scores scores = nn::scores_of_divergence(classes);
    if (!diverged) {
      try {
        scores = evaluated();
      } catch (const nn::Divergence&) {
        diverged = true;
      }
    }
    // A normalisation knows values by channel and by what stands beside them in other channels, not by where
    // they lie.
    judge::probe_recordings(run_, components_, {.rows = true, .positions = true}, run_.draws.rng("probes"),
                            {.tolerance = probe_tolerance});
    return {{"acc", scores.accuracy}, {"nll", scores.nll}};
  }

 private:
  torch::Tensor loss_of(const torch::Tensor& rows) {
    const torch::Tensor logits = network_->forward(train_.x.index_select(0, rows), true);
    return torch::nll_loss(torch::log_softmax(logits, 1), train_.y.index_select(0, rows));
  }

  nn::Trained trained() {
    std::vector<nn::Parameter> parameters = network_->parameters();
    parameters.insert(parameters.end(), layers_.parameters().begin(), layers_.parameters().end());
    nn::Sgd sgd(parameters, {.momentum = 0.9, .weight_decay = 5e-4});
    Batches batches(run_, data_.train);
    return nn::train({.loss =
                          [&](std::int64_t) {
                            torch::Tensor sum = torch::zeros({});
                            const std::vector<torch::Tensor> step = batches.next();
                            for (const torch::Tensor& rows : step) sum = sum + loss_of(rows);
                            return sum / static_cast<double>(step.size());
                          },
                      .parameters = parameters,
                      .optimizer = &sgd,
                      .after_backward = [this] { layers_.collect_gradients(); },
                      .after_step = [this] { layers_.publish(); }},
                     {.shape = {.steps = run_.params.integer("steps")},
                      .rate = run_.params.real("rate"),
                      .clip = run_.params.real("clip")});
  }

  nn::Scores evaluated() {
    const torch::Tensor x = test_.x * run_.params.real("contrast") + run_.params.real("brightness");
    Rng sizes = run_.draws.setting_rng("test batches");
    const torch::Tensor logits =
        nn::predict([this](const torch::Tensor& batch) { return network_->forward(batch, false); }, x, sizes);
    return nn::scores_of(logits, test_.y);
  }

  judge::Run& run_;
  vision::Dataset data_;
  vision::ImageTensors train_;
  vision::ImageTensors test_;
  std::unique_ptr<nn::Network> network_;
  judge::Components components_;
  nn::HostedLayers layers_;
};

judge::Metrics run(judge::Run& run) { return Experiment(run).scores(); }

}  // namespace
}  // namespace mls

int main(int argc, char** argv) {
  return mls::judge::judge_main(argc, argv, {.prepare = nullptr, .run = mls::run});
}
