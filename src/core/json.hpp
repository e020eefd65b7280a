// Keys keep the order in which they were written, so that files read and diff well.
#pragma once

#include <nlohmann/json.hpp>

namespace mls {
using Json = nlohmann::ordered_json;
}
