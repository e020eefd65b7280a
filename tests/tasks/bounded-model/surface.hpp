// A test's "task": what a model may carry from training to prediction is bounded.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct Examples {
  int inputs;                            // numbers per example
  std::span<const float> x;              // [count, inputs]
  std::span<const std::uint8_t> labels;  // [count], 0 or 1
};

/// In the first process: everything the second shall know, at most `capacity` bytes.
std::vector<std::uint8_t> learn(const Examples& training, std::size_t capacity);

/// In the second process.
class Model {
 public:
  virtual ~Model() = default;
  virtual int label_of(std::span<const float> x) const = 0;
};
std::unique_ptr<Model> model_from(std::span<const std::uint8_t> bytes, int inputs);
