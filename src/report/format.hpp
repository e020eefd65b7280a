// How numbers are written for people, the same everywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mls::report {

/// A score (0 ... 1) times 100 with one digit: "46.9"; a dash when there is none.
[[nodiscard]] std::string score_text(std::optional<double> score);
/// "46.9 ± 1.2"; a dash when there is none.
[[nodiscard]] std::string score_text(std::optional<double> score, double standard_error);
/// A difference of scores with its sign: "+3.1", "−0.4".
[[nodiscard]] std::string difference_text(std::optional<double> difference);
/// A raw metric with four significant digits: "285.1", "0.02041", "1.312e-09".
[[nodiscard]] std::string metric_text(double value);
/// "0.42 s", "12.3 s", "4 min 05 s", "2 h 10 min".
[[nodiscard]] std::string duration_text(double seconds);
[[nodiscard]] std::string bytes_text(double bytes);
/// "1 run", "3 runs".
[[nodiscard]] std::string count_text(std::size_t count, std::string_view singular);

/// Sample mean and its standard error; error 0 for fewer than two values.
struct MeanAndError {
  double mean = 0;
  double error = 0;
};
[[nodiscard]] MeanAndError mean_and_error(const std::vector<double>& values);

}  // namespace mls::report
