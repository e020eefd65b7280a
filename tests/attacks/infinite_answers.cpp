// task: ml-calibration
// route: protocol
// tries: to send infinities past the scaffold
// expect: invalid_output
// message: finite

#include <limits>

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  judge.send(mls::Message("fitted"));
  const mls::Shape shape = judge.receive().tensor("prob").shape;
  const std::vector<double> values(static_cast<std::size_t>(shape[0] * shape[1]),
                                   std::numeric_limits<double>::infinity());
  mls::Message answer("predictions");
  answer.add("output", values, shape);
  judge.send(answer);
  (void)judge.receive();
}
