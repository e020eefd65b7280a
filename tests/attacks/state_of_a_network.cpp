// task: rl-value-discrete
// route: protocol
// tries: to carry a table of its own into evaluation as the state of a rule
// expect: invalid_output
// message: a state of 65 numbers; at most 64 are allowed

#include "surface.hpp"

namespace {

class Loaded final : public mls::ValueRule {
 public:
  explicit Loaded(const mls::Info& info) : actions_(info.actions) {}
  [[nodiscard]] mls::Head head() const override { return {.outputs = actions_}; }
  void q(const mls::Outputs& z, Eigen::Ref<Eigen::MatrixXf> out) const override { out = z; }
  void gradient(const mls::Batch&, Eigen::Ref<Eigen::MatrixXf> out) override { out.setZero(); }
  [[nodiscard]] std::vector<float> state() const override { return std::vector<float>(65, 1.0F); }

 private:
  int actions_;
};

}  // namespace

namespace mls {
std::unique_ptr<ValueRule> make_rule(const Info& info, Rng&) { return std::make_unique<Loaded>(info); }
}  // namespace mls
