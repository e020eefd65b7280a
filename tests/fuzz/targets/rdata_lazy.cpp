// data::LazyDatabase: an index and the data it points into; the input holds them one after the other, the
// index's length (16 bits, low byte first) in front.
#include <algorithm>

#include "lib/data/judge/rdata.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_rdata_lazy(std::string_view bytes) {
  if (bytes.size() < 2) return;
  const auto low = static_cast<unsigned char>(bytes[0]);
  const auto high = static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  const std::size_t length = std::min<std::size_t>(low + 256U * high, bytes.size());
  may_refuse([&] {
    const data::LazyDatabase database(bytes.substr(0, length), std::string(bytes.substr(length)), "fuzz.rdx");
    for (const std::string& name : database.names()) may_refuse([&] { (void)database.object(name); });
  });
}

}  // namespace mls::fuzz
