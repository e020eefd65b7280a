// A test's "task": a layer of the judge's network.
#pragma once

#include <cstdint>
#include <memory>

#include "host/torch/component.hpp"
#include "layer.hpp"

std::unique_ptr<mls::host::ComponentLayer> make_layer(std::int64_t layer, std::int64_t channels);
