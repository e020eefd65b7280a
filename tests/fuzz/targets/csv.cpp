// data::parse_csv, with and without a header.
#include "lib/data/judge/table.hpp"
#include "tests/fuzz/targets/support.hpp"

namespace mls::fuzz {

void read_csv(std::string_view bytes) {
  for (const bool header : {true, false}) {
    may_refuse([&] {
      const data::Table table = data::parse_csv(bytes, "fuzz.csv", {.separator = ',', .header = header});
      for (const data::Column& column : table.columns)
        require(column.size() == table.rows(), "columns are equally long");
    });
  }
}

}  // namespace mls::fuzz
