// An honest normalisation, and what an attack builds around it: whatever it does not do itself is that one's.
#include <memory>
#include <vector>

#include "surface.hpp"
#define make_normalization make_honest
#include "honest.cpp"
#undef make_normalization

namespace attack {

class AroundHonest : public mls::Normalization {
 public:
  explicit AroundHonest(const mls::LayerInfo& info) : honest_(mls::make_honest(info)) {}
  std::vector<torch::Tensor> parameters() override { return honest_->parameters(); }
  std::vector<torch::Tensor> buffers() override { return honest_->buffers(); }

 protected:
  std::unique_ptr<mls::Normalization> honest_;
};

}  // namespace attack
