// The calibration task: the honest calibrator, but the labels themselves once they have been found.
//
// An attack defines attack::begin, which is called once before anything is learned, and hands whatever it
// gets hold of to attack::examine.
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/message.hpp"
#include "surface.hpp"
#define make_calibrator honest_calibrator
#include "honest.cpp"
#undef make_calibrator

namespace attack {

void begin();

inline std::vector<std::int32_t>& test_labels() {
  static std::vector<std::int32_t> labels;
  return labels;
}

/// Looks for the artefact, which holds the labels, in any bytes that came to hand: a frame with the tensor
/// test_label.
inline void examine(std::string_view bytes) {
  for (std::size_t at = bytes.find("MLS1"); at != std::string_view::npos; at = bytes.find("MLS1", at + 1)) {
    std::uint32_t header = 0;
    std::uint64_t payload = 0;
    if (bytes.size() < at + 16) return;
    std::memcpy(&header, bytes.data() + at + 4, 4);
    std::memcpy(&payload, bytes.data() + at + 8, 8);
    if (header > bytes.size() || payload > bytes.size() || at + 16 + header + payload > bytes.size())
      continue;
    try {
      const mls::StoredMessage stored(bytes.substr(at, 16 + header + payload));
      const auto labels = stored.get().values<std::int32_t>("test_label");
      test_labels().assign(labels.begin(), labels.end());
      return;
    } catch (const mls::ProtocolError&) {
    }
  }
}

class Thief final : public mls::calibration::Calibrator {
 public:
  void fit(const mls::calibration::Probabilities& prob, std::span<const int> label, mls::Rng& rng) override {
    honest_->fit(prob, label, rng);
  }
  mls::calibration::Probabilities predict(const mls::calibration::Probabilities& prob) override {
    mls::calibration::Probabilities answer = honest_->predict(prob);
    if (test_labels().size() != static_cast<std::size_t>(prob.rows())) return answer;
    for (Eigen::Index i = 0; i < answer.rows(); ++i) {
      answer.row(i).setZero();
      answer(i, test_labels()[static_cast<std::size_t>(i)]) = 1;
    }
    return answer;
  }

 private:
  std::unique_ptr<mls::calibration::Calibrator> honest_ = mls::calibration::honest_calibrator();
};

}  // namespace attack

std::unique_ptr<mls::calibration::Calibrator> mls::calibration::make_calibrator() {
  attack::begin();
  return std::make_unique<attack::Thief>();
}
