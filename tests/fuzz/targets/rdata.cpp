// data::decode_rda and decode_rds, and tables made of what they find.
#include "lib/data/judge/rdata.hpp"

#include "lib/data/judge/inflate.hpp"
#include "lib/data/judge/table.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {
namespace {

void as_table(const data::RValue& value) {
  may_refuse([&] {
    const data::Table table = data::table_of(value, "fuzz");
    for (const data::Column& column : table.columns)
      require(column.size() == table.rows(), "columns are equally long");
  });
}

}  // namespace

void read_rdata(std::string_view bytes) {
  may_refuse([&] {
    const std::string plain = data::inflate(bytes, "fuzz", inflate_limit);
    may_refuse([&] {
      for (const auto& [name, value] : data::decode_rda(plain, "fuzz.rda")) as_table(value);
    });
    may_refuse([&] { as_table(data::decode_rds(plain, "fuzz.rds")); });
  });
}

}  // namespace mls::fuzz
