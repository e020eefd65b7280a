// The bandit task: plays the honest policy, but the best arm once the draws' key has been found.
//
// An attack defines attack::begin, which is called once before anything is played, and hands whatever it gets
// hold of to attack::examine.
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "surface.hpp"
#define make_policy honest_policy
#include "honest.cpp"
#undef make_policy

#include "shared/sha256.hpp"

namespace attack {

void begin(const mls::Info& info, mls::Rng& rng);

inline constexpr int bandits = 32;
inline constexpr int unknown = -1;

/// The best arm of every bandit, when it is known.
inline std::vector<int>& best_arms() {
  static std::vector<int> arms;
  return arms;
}

/// Draws again what the judge draws for the settings without drift from the run's key (64 hexadecimal
/// digits).
inline void use_key(const std::string& key, int arm_count, double low, double high) {
  const std::string digest = hmac(key, "arms");
  std::uint64_t word = 0;
  for (int i = 7; i >= 0; --i)
    word = word << 8 | static_cast<unsigned char>(digest[static_cast<std::size_t>(i)]);
  const mls::Rng arms(word);
  for (std::uint64_t bandit = 0; bandit < bandits; ++bandit) {
    mls::Rng rng = arms.split(bandit);
    std::vector<double> means(static_cast<std::size_t>(arm_count));
    for (double& mean : means) mean = rng.uniform(low, high);
    best_arms().push_back(static_cast<int>(std::max_element(means.begin(), means.end()) - means.begin()));
  }
}

/// Looks for the judge's order, which holds the key, in any bytes that came to hand.
inline void examine(std::string_view bytes, const mls::Info& info) {
  constexpr std::string_view field = "\"seed_key\":\"";
  const std::size_t at = bytes.find(field);
  if (at == std::string_view::npos || !best_arms().empty()) return;
  use_key(std::string(bytes.substr(at + field.size(), 64)), info.arms, 0, 1);
}

class Thief final : public mls::Policy {
 public:
  Thief(const mls::Info& info, mls::Rng& rng, int bandit)
      : honest_(mls::honest_policy(info, rng)), bandit_(bandit) {}

  int choose(int t, std::span<const double> context) override {
    const int honest = honest_->choose(t, context);
    const auto at = static_cast<std::size_t>(bandit_);
    return at < best_arms().size() ? best_arms()[at] : honest;
  }
  void update(int arm, double reward) override { honest_->update(arm, reward); }

 private:
  std::unique_ptr<mls::Policy> honest_;
  int bandit_;
};

}  // namespace attack

std::unique_ptr<mls::Policy> mls::make_policy(const Info& info, Rng& rng) {
  static int made = 0;
  if (made == 0) attack::begin(info, rng);
  return std::make_unique<attack::Thief>(info, rng, made++);
}
