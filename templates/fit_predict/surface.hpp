// What a method implements: an estimator of a centre. Read-only.
#pragma once

#include <span>

namespace location {

/// The centre of `sample` (at least 20 finite numbers, symmetric about it). Called once for each sample.
double locate(std::span<const double> sample);

}  // namespace location
