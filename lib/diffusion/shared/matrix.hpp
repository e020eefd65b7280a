// The arrays of diffusion tasks: one sample a row.
#pragma once

#include <Eigen/Core>

namespace mls::diffusion {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

}  // namespace mls::diffusion
