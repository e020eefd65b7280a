#include "core/torch/tensors.hpp"
#include "host/host.hpp"
#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  const Message& task = judge.expect("fit");
  const torch::Tensor output =
      ready(fit_and_predict(view_of(task, "x"), view_of(task, "y"), view_of(task, "asked")));
  Message reply("predictions");
  add(reply, "output", output);
  judge.send(reply);
}
