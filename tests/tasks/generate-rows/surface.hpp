// A test's "task": what a host says in one round of protocol `generate`, word for word.
#pragma once

#include "host/generate.hpp"

std::vector<double> make(mls::host::GenerateRound& round, const mls::Message& begin);
