// Host's side: hands the method a denoiser that asks the judge, and returns its samples.
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/generate.hpp"
#include "surface.hpp"

namespace {

using sampling::Matrix;

class JudgesDenoiser final : public sampling::Denoiser {
 public:
  JudgesDenoiser(mls::host::GenerateRound& round, double sigma_min, double sigma_max)
      : round_(round),
        sigma_min_(sigma_min),
        sigma_max_(sigma_max),
        left_(static_cast<int>(round.calls())),
        rows_(static_cast<std::size_t>(round.rows())) {
    std::iota(rows_.begin(), rows_.end(), 0);
  }

  [[nodiscard]] int calls_left() const override { return left_; }
  [[nodiscard]] double sigma_min() const override { return sigma_min_; }
  [[nodiscard]] double sigma_max() const override { return sigma_max_; }

  Matrix denoise(const Matrix& x, double sigma) override {
    if (x.rows() != round_.rows() || x.cols() != round_.width() || !x.allFinite())
      throw std::invalid_argument("denoise() wants finite numbers, as many as the start has");
    if (!(sigma >= sigma_min_ && sigma <= sigma_max_))
      throw std::out_of_range("sigma " + std::to_string(sigma) + " is outside [sigma_min, sigma_max]");
    round_.question().set("sigma", sigma);
    const auto answer = round_.ask(rows_, {x.data(), static_cast<std::size_t>(x.size())});
    if (!answer) throw std::length_error("no call of the denoiser is left");
    --left_;
    return Eigen::Map<const Matrix>(answer->data(), x.rows(), x.cols());
  }

 private:
  mls::host::GenerateRound& round_;
  double sigma_min_;
  double sigma_max_;
  int left_;
  std::vector<std::int32_t> rows_;
};

std::vector<double> generated(mls::host::GenerateRound& round, const mls::Message& begin) {
  const Matrix start =
      Eigen::Map<const Matrix>(begin.values<double>("start").data(), round.rows(), round.width());
  mls::Rng rng(static_cast<std::uint64_t>(begin.integer("seed")));
  JudgesDenoiser denoiser(round, begin.real("sigma_min"), begin.real("sigma_max"));
  const Matrix samples = sampling::sample(denoiser, start, rng);
  if (samples.cols() != round.width())
    throw std::runtime_error("samples have " + std::to_string(samples.cols()) + " numbers each; expected " +
                             std::to_string(round.width()));
  return {samples.data(), samples.data() + samples.size()};
}

}  // namespace

void mls::host::run_method(JudgeLink& judge) { generate(judge, generated); }
