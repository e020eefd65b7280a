#include "host/fit_predict_bounded.hpp"
#include "host/model_bytes.hpp"
#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  std::unique_ptr<Model> model;
  int inputs = 0;
  std::vector<std::uint8_t> output;
  const auto fit = [](const Message& training) {
    return learn({static_cast<int>(training.tensor("x").shape.at(1)), training.values<float>("x"),
                  training.values<std::uint8_t>("labels")},
                 static_cast<std::size_t>(training.integer("capacity")));
  };
  const auto load = [&](const Message& message, std::span<const std::uint8_t> bytes) {
    inputs = static_cast<int>(message.integer("inputs"));
    model = model_from(bytes, inputs);
  };
  const auto predict = [&](const Message& message, Message& predictions) {
    const auto size = static_cast<std::size_t>(inputs);
    const auto x = message.values<float>("x");
    output.clear();
    for (std::size_t at = 0; at < x.size(); at += size) {
      output.push_back(static_cast<std::uint8_t>(model->label_of(x.subspan(at, size))));
    }
    predictions.add("output", output);
  };
  serve(judge, {.fit = fit, .load = load, .predict = predict});
}
