// Null method: gradients that are not numbers.
#include <limits>

#include "surface.hpp"

namespace mls {
namespace {

class Null final : public ValueRule {
 public:
  explicit Null(const Info& info) : actions_(info.actions) {}
  [[nodiscard]] Head head() const override { return {.outputs = actions_}; }
  void q(const Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override { out = z; }
  void gradient(const Batch&, Eigen::Ref<Eigen::MatrixXf> out) override {
    out.setConstant(std::numeric_limits<float>::quiet_NaN());
  }

 private:
  int actions_;
};

}  // namespace

std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<Null>(info); }

}  // namespace mls
