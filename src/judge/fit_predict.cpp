#include "judge/fit_predict.hpp"

namespace mls::judge {

void fit(HostLink& host, const Message& training) { (void)host.ask(training, "fitted"); }

void finish(HostLink& host) { (void)host.ask(Message("finish"), "finished"); }

}  // namespace mls::judge
