// task: llm-pretrain-optimizer
// route: numbers
// tries: to end training halfway by an update of not-a-numbers, sent past the scaffold
// expect: protocol_violation
// message: tensor 'update' holds a value that is not finite

#include <algorithm>
#include <limits>

#include "shared/stepping.hpp"

void attack::converse(mls::Channel& judge) {
  Trainee trainee(judge);
  while (trainee.next()) {
    trainee.act_honestly();
    if (trainee.step() == trainee.steps() / 2)
      std::ranges::fill(trainee.update(), std::numeric_limits<float>::quiet_NaN());
    trainee.send();
  }
}
