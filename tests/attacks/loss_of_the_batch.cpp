// task: llm-pretrain-optimizer
// route: protocol
// tries: to read each batch's loss, which the surface hides, and to take back updates after which it rose
// expect: harmless
// by: score

#include <limits>

#include "shared/stepping.hpp"

void attack::converse(mls::Channel& judge) {
  Trainee trainee(judge);
  double before = std::numeric_limits<double>::infinity();
  std::vector<float> last(trainee.update().size());
  while (trainee.next()) {
    trainee.act_honestly();
    if (trainee.loss() > before) {
      for (std::size_t i = 0; i < last.size(); ++i) trainee.update()[i] -= last[i];
    }
    before = trainee.loss();
    last = trainee.update();
    trainee.send();
  }
}
