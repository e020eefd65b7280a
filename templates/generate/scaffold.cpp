// Host's side: hands the method a score that asks the judge, and returns its samples.
#include <numeric>
#include <stdexcept>
#include <vector>

#include "host/generate.hpp"
#include "surface.hpp"

namespace {

using chains::Matrix;

Matrix score(mls::host::GenerateRound& round, const Matrix& x) {
  if (x.rows() != round.rows() || x.cols() != round.width())
    throw std::invalid_argument("score() wants as many numbers as the start has");
  std::vector<std::int32_t> rows(static_cast<std::size_t>(round.rows()));
  std::iota(rows.begin(), rows.end(), 0);
  const auto answer = round.ask(rows, {x.data(), static_cast<std::size_t>(x.size())});
  if (!answer) throw std::length_error("no call of score() is left");
  return Eigen::Map<const Matrix>(answer->data(), x.rows(), x.cols());
}

std::vector<double> generated(mls::host::GenerateRound& round, const mls::Message& begin) {
  const Matrix start =
      Eigen::Map<const Matrix>(begin.values<double>("start").data(), round.rows(), round.width());
  mls::Rng rng(static_cast<std::uint64_t>(begin.integer("seed")));
  const chains::Target target{.smoothness = begin.real("smoothness"),
                              .calls = static_cast<int>(round.calls()),
                              .score = [&round](const Matrix& x) { return score(round, x); }};
  const Matrix samples = chains::sample(target, start, rng);
  return {samples.data(), samples.data() + samples.size()};
}

}  // namespace

void mls::host::run_method(JudgeLink& judge) { generate(judge, generated); }
