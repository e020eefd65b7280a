// Host's side: hands the method one sample after the other.
#include <vector>

#include "host/fit_predict.hpp"
#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  std::vector<double> centres;
  const auto predict = [&centres](const Message& inputs, Message& predictions) {
    const auto size = static_cast<std::size_t>(inputs.tensor("samples").shape.at(1));
    const auto values = inputs.values<double>("samples");
    centres.clear();
    for (std::size_t at = 0; at < values.size(); at += size)
      centres.push_back(location::locate(values.subspan(at, size)));
    predictions.add("output", centres);
  };
  // Nothing is learned beforehand: the judge never sends `fit`.
  serve(judge, {.fit = [](const Message&) {}, .predict = predict});
}
