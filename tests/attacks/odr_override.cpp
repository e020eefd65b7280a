// task: optimization-online-bandit
// route: symbol interposition
// tries: to replace templates and inline functions of the scaffold by other ones of the same name
// expect: harmless

#include "core/message.hpp"

// Strong, where the scaffold's own is weak: the linker takes this one for all.
template <>
mls::Message& mls::Message::add(std::string_view name, const std::vector<std::int32_t>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < 0) const_cast<std::int32_t&>(values[i]) = 0;
  }
  return add(name, std::span<const std::int32_t>(values));
}

#include "shared/bandit.hpp"

void attack::begin(const mls::Info&, mls::Rng&) {}
