#include "report/format.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace mls::report {

std::string score_text(std::optional<double> score) {
  return score ? fmt::format("{:.1f}", 100 * *score) : "–";
}

std::string score_text(std::optional<double> score, double standard_error) {
  return score ? fmt::format("{:.1f} ± {:.1f}", 100 * *score, 100 * standard_error) : "–";
}

std::string difference_text(std::optional<double> difference) {
  if (!difference) return "–";
  std::string digits = fmt::format("{:.1f}", std::abs(100 * *difference));
  if (digits == "0.0") return digits;
  return (*difference < 0 ? "−" : "+") + digits;
}

std::string metric_text(double value) {
  const double size = std::abs(value);
  if (value == 0) return "0";
  if (size < 1e-4 || size >= 1e7) return fmt::format("{:.3e}", value);
  const int decimals = std::max(0, 3 - static_cast<int>(std::floor(std::log10(size))));
  return fmt::format("{:.{}f}", value, decimals);
}

std::string duration_text(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.2f} s", seconds);
  if (seconds < 119.5) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 7200) return fmt::format("{} min {:02d} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02d} min", whole / 3600, whole % 3600 / 60);
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 5> units{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return unit == 0 || bytes >= 99.5 ? fmt::format("{:.0f} {}", bytes, units[unit])
                                    : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string count_text(std::size_t count, std::string_view singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

MeanAndError mean_and_error(const std::vector<double>& values) {
  if (values.empty()) return {};
  double sum = 0;
  for (const double value : values) sum += value;
  const auto n = static_cast<double>(values.size());
  const double mean = sum / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, values.size() < 2 ? 0.0 : std::sqrt(squares / (n - 1) / n)};
}

}  // namespace mls::report
