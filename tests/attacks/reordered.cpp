// task: ml-calibration
// route: protocol
// tries: to predict before it has been asked, and to say that it is fitted afterwards
// expect: protocol_violation
// message: 'predictions' where 'fitted' is expected

#include "shared/wire.hpp"

void attack::converse(mls::Channel& judge) {
  (void)judge.receive();
  const std::vector<double> uniform(5000UL * 6, 1.0 / 6);
  mls::Message predictions("predictions");
  predictions.add("output", uniform, {5000, 6});
  judge.send(predictions);
  judge.send(mls::Message("fitted"));
  (void)judge.receive();
}
