// Hands the calibration rows to the method's fit, then the test rows to its predict.
#include <algorithm>
#include <cstdint>
#include <memory>

#include "host/fit_predict.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

using calibration::Calibrator;
using calibration::Probabilities;

Probabilities probabilities_of(const Message& message) {
  const Shape& shape = message.tensor("prob").shape;
  const std::span<const double> values = message.values<double>("prob");
  Probabilities prob(shape.at(0), shape.at(1));
  std::ranges::copy(values, prob.data());
  return prob;
}

}  // namespace

void run_method(JudgeLink& judge) {
  const std::unique_ptr<Calibrator> calibrator = calibration::make_calibrator();
  Probabilities output;
  serve(judge,
        {.fit =
             [&](const Message& training) {
               Rng rng(static_cast<std::uint64_t>(training.integer("rng_seed")));
               calibrator->fit(probabilities_of(training), training.values<std::int32_t>("label"), rng);
             },
         .predict =
             [&](const Message& inputs, Message& predictions) {
               output = calibrator->predict(probabilities_of(inputs));
               predictions.add(
                   "output", std::span<const double>(output.data(), static_cast<std::size_t>(output.size())),
                   {output.rows(), output.cols()});
             }});
}

}  // namespace mls::host
