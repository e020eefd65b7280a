// data::decode_idx behind data::inflate.
#include "lib/data/judge/idx.hpp"

#include "lib/data/judge/inflate.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_idx(std::string_view bytes) {
  may_refuse([&] {
    const std::string plain = data::inflate(bytes, "fuzz.idx", inflate_limit);
    require(plain.size() <= inflate_limit, "no more is inflated than is allowed");
    const data::ByteArray array = data::decode_idx(plain, "fuzz.idx");
    std::size_t count = 1;
    for (const std::int64_t extent : array.shape) count *= static_cast<std::size_t>(extent);
    require(array.values.size() == count, "an array holds as much as its shape says");
  });
}

}  // namespace mls::fuzz
