#include "surface.hpp"

torch::Tensor same(const torch::Tensor& x) { return x.view_as(x); }
