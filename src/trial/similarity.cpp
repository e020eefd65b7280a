#include "trial/similarity.hpp"

#include <algorithm>
#include <set>

#include "core/cpp_lexer.hpp"
#include "core/files.hpp"

namespace mls::trial {
namespace {

using Phrases = std::set<std::vector<std::string_view>>;

Phrases phrases_of(const std::vector<std::string_view>& tokens, std::size_t n) {
  Phrases phrases;
  for (auto at = tokens.begin(); static_cast<std::size_t>(tokens.end() - at) >= n; ++at)
    phrases.emplace(at, at + static_cast<std::ptrdiff_t>(n));
  return phrases;
}

}  // namespace

std::vector<std::string_view> tokens_of(std::string_view source) {
  std::vector<std::string_view> tokens;
  for (const Token& token : lex(source)) tokens.push_back(token.text);
  return tokens;
}

double jaccard(const std::vector<std::string_view>& first, const std::vector<std::string_view>& second,
               std::size_t n) {
  const Phrases one = phrases_of(first, n);
  const Phrases other = phrases_of(second, n);
  const auto common = static_cast<std::size_t>(
      std::ranges::count_if(one, [&](const auto& phrase) { return other.contains(phrase); }));
  const std::size_t either = one.size() + other.size() - common;
  return either == 0 ? 1.0 : static_cast<double>(common) / static_cast<double>(either);
}

BaselineSources::BaselineSources(const task::Task& task) {
  for (const auto& baseline : task.baselines)
    sources_.emplace_back(baseline.id, read_file(task.source_of(baseline)));
}

std::vector<Similarity> BaselineSources::similarities(std::string_view source) const {
  const auto tokens = tokens_of(source);
  std::vector<Similarity> result;
  for (const auto& [id, text] : sources_) {
    const auto theirs = tokens_of(text);
    result.push_back({id, jaccard(tokens, theirs, 1), jaccard(tokens, theirs, 3)});
  }
  return result;
}

const Similarity* nearest(const std::vector<Similarity>& all) {
  const auto at = std::ranges::max_element(all, {}, &Similarity::three);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace mls::trial
