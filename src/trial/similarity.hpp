// How near a method is to each baseline, by its tokens: did somebody invent, or copy and tune? A figure to
// look at, not a verdict: it enters no score.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "task/task.hpp"

namespace mls::trial {

/// The texts of lex(source): comments and layout are left out. Views into `source`.
[[nodiscard]] std::vector<std::string_view> tokens_of(std::string_view source);

/// Jaccard index of the sets of n consecutive tokens: what both have over what either has. 1 for equal sets
/// (two empty ones too), 0 for disjoint ones. Order, layout, comments and repetition do not matter.
[[nodiscard]] double jaccard(const std::vector<std::string_view>& first,
                             const std::vector<std::string_view>& second, std::size_t n);

struct Similarity {
  std::string baseline;
  double one = 0;    ///< of single tokens: the same words
  double three = 0;  ///< of three in a row: the same phrases
};
/// The baselines of a task, ready to be compared with many methods.
class BaselineSources {
 public:
  /// Throws when a baseline's source cannot be read.
  explicit BaselineSources(const task::Task& task);
  /// With every baseline, in task.toml order.
  [[nodiscard]] std::vector<Similarity> similarities(std::string_view source) const;

 private:
  std::vector<std::pair<std::string, std::string>> sources_;  // id, text
};

/// The one with most phrases in common; nullptr for none.
[[nodiscard]] const Similarity* nearest(const std::vector<Similarity>& all);

}  // namespace mls::trial
