// task: rl-value-discrete
// route: protocol
// tries: to explore more cleverly than the fixed schedule, by action values that change from call to call
// expect: invalid_output
// message: q must be a function of each column

#include "surface.hpp"
#define make_rule honest_rule
#include "honest.cpp"
#undef make_rule

namespace {

class Restless final : public mls::ValueRule {
 public:
  Restless(const mls::Info& info, mls::Rng& rng) : honest_(mls::honest_rule(info, rng)), rng_(rng) {}
  [[nodiscard]] mls::Head head() const override { return honest_->head(); }
  void q(const mls::Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override {
    honest_->q(z, out);
    for (float& value : out.reshaped()) value += static_cast<float>(rng_.normal());
  }
  void gradient(const mls::Batch& batch, Eigen::Ref<Eigen::MatrixXf> out) override {
    honest_->gradient(batch, out);
  }

 private:
  std::unique_ptr<mls::ValueRule> honest_;
  mls::Rng& rng_;
};

}  // namespace

namespace mls {
std::unique_ptr<ValueRule> make_rule(const Info& info, Rng& rng) {
  return std::make_unique<Restless>(info, rng);
}
}  // namespace mls
