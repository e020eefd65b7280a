// What ends a training whose numbers have left the finite ones.
#pragma once

#include <exception>

namespace mls::judge {

/// Thrown where values of the judge's own network are not finite, before anybody else is asked to go on with
/// them. A valid outcome of a training, not a fault of a method.
class Divergence : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the network's values are not finite"; }
};

}  // namespace mls::judge
