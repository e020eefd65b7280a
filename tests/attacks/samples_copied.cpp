// task: cv-diffusion-efficiency
// route: samples
// tries: to hand in one good sample as every row: the one nearest to the middle of all
// expect: harmless

#include "surface.hpp"
#define sample honest_sample
#include "honest.cpp"
#undef sample

sampling::Matrix sampling::sample(Denoiser& denoiser, const Matrix& start, mls::Rng& rng) {
  const Matrix honest = honest_sample(denoiser, start, rng);
  const Eigen::RowVectorXd middle = honest.colwise().mean();
  Eigen::Index best = 0;
  (honest.rowwise() - middle).rowwise().squaredNorm().minCoeff(&best);
  return honest.row(best).replicate(honest.rows(), 1);
}
