// task: optimization-online-bandit
// route: symbol interposition
// tries: to replace the scaffold's way of sending
// expect: compile_error
// message: duplicate symbol: mls::Channel::send

#include "core/channel.hpp"
#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}

void mls::Channel::send(const Message&) {}
