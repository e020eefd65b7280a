#include "surface.hpp"

void mls::host::run_method(JudgeLink& judge) {
  serve_components(judge, [](const Message& begin, std::int64_t layer) {
    return make_layer(layer, begin.integer("channels"));
  });
}
