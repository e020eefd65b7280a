#include "lib/optimization/judge/vector_machine.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/message.hpp"

namespace mls::optimization {

class VectorMachine::Reader {
 public:
  Reader(std::span<const std::int32_t> words, std::span<const double> factors)
      : words_(words), factors_(factors) {}

  [[nodiscard]] bool done() const { return words_.empty(); }
  [[nodiscard]] std::int32_t word() { return words(1)[0]; }
  [[nodiscard]] std::span<const std::int32_t> words(std::int32_t count) {
    return take(words_, count, "words");
  }
  [[nodiscard]] std::span<const double> factors(std::int32_t count) {
    return take(factors_, count, "factors");
  }
  void finish() const {
    if (!factors_.empty()) throw ProtocolError("a vector program has more factors than its instructions use");
  }

 private:
  template <typename T>
  std::span<const T> take(std::span<const T>& from, std::int32_t count, const char* what) {
    if (count < 0 || static_cast<std::size_t>(count) > from.size()) {
      throw ProtocolError(std::string("a vector program ends in the middle of an instruction: too few ") +
                          what);
    }
    const std::span<const T> taken = from.first(static_cast<std::size_t>(count));
    from = from.subspan(static_cast<std::size_t>(count));
    return taken;
  }

  std::span<const std::int32_t> words_;
  std::span<const double> factors_;
};

VectorMachine::VectorMachine(const FiniteSum& sum, int block_size, Vector start, std::int64_t budget)
    : sum_(sum),
      block_size_(block_size),
      blocks_(sum.count() / block_size),
      budget_(budget),
      ledger_(budget),
      terms_(terms_per_gradient * budget),
      vectors_(static_cast<std::size_t>(blocks_ + spare_vectors)),
      committed_(start) {
  if (sum.count() % block_size != 0) throw std::invalid_argument("components do not fill blocks evenly");
  if (start.size() != sum.dim()) throw std::invalid_argument("the start has another dimension than the sum");
  vectors_[0] = std::move(start);
}

void VectorMachine::execute(std::span<const std::int32_t> words, std::span<const double> factors,
                            std::vector<double>& answers) {
  if (words.size() > max_words) {
    throw ProtocolError("a vector program of " + std::to_string(words.size()) + " words; at most " +
                        std::to_string(max_words) + " are allowed");
  }
  Reader reader(words, factors);
  while (!reader.done()) {
    const std::int32_t code = reader.word();
    switch (static_cast<Instruction>(code)) {
      case Instruction::batch:
        batch(reader);
        break;
      case Instruction::full:
        full(reader);
        break;
      case Instruction::combine:
        combine(reader);
        break;
      case Instruction::dot:
        answers.push_back(dot(reader));
        break;
      case Instruction::commit:
        commit(reader);
        break;
      default:
        throw ProtocolError("unknown vector instruction " + std::to_string(code));
    }
  }
  reader.finish();
}

Vector& VectorMachine::at(std::int32_t index) {
  if (index < 0 || index >= vectors()) {
    throw ProtocolError("vector " + std::to_string(index) + " does not exist; there are " +
                        std::to_string(vectors()));
  }
  Vector& vector = vectors_[static_cast<std::size_t>(index)];
  if (vector.size() == 0) vector = Vector::Zero(sum_.dim());
  return vector;
}

bool VectorMachine::pay(std::int64_t units) {
  exhausted_ = exhausted_ || !ledger_.charge(units);
  return !exhausted_;
}

bool VectorMachine::pay_terms(std::int64_t count) {
  if (!terms_.charge(count)) {
    throw ProtocolError("more vector arithmetic than " + std::to_string(terms_per_gradient) +
                        " terms for each component gradient of the budget");
  }
  return !exhausted_;
}

void VectorMachine::batch(Reader& reader) {
  Vector& into = at(reader.word());
  const Vector& x = at(reader.word());
  const std::span<const std::int32_t> chosen = reader.words(reader.word());
  if (chosen.empty()) throw ProtocolError("a batch of no blocks");
  for (const std::int32_t block : chosen) {
    if (block < 0 || block >= blocks_) {
      throw ProtocolError("block " + std::to_string(block) + " does not exist; there are " +
                          std::to_string(blocks_));
    }
  }
  if (!pay(static_cast<std::int64_t>(chosen.size()) * block_size_)) return;
  sum_.gradient(x, {chosen[0] * block_size_, block_size_}, scratch_);
  for (const std::int32_t block : chosen.subspan(1)) {
    sum_.gradient(x, {block * block_size_, block_size_}, part_);
    scratch_ += part_;
  }
  if (chosen.size() > 1) scratch_ /= static_cast<double>(chosen.size());
  into.swap(scratch_);
}

void VectorMachine::full(Reader& reader) {
  Vector& into = at(reader.word());
  const Vector& x = at(reader.word());
  if (!pay(sum_.count())) return;
  sum_.gradient(x, sum_.all(), scratch_);
  into.swap(scratch_);
}

void VectorMachine::combine(Reader& reader) {
  Vector& into = at(reader.word());
  const std::int32_t count = reader.word();
  if (count < 0 || count > max_terms)
    throw ProtocolError("a combination of " + std::to_string(count) + " vectors");
  const std::span<const std::int32_t> terms = reader.words(count);
  const std::span<const double> factors = reader.factors(count);
  for (const std::int32_t term : terms) at(term);
  if (!pay_terms(std::max(count, 1))) return;
  scratch_.setZero(sum_.dim());
  for (std::size_t i = 0; i < terms.size(); ++i) scratch_ += factors[i] * at(terms[i]);
  into.swap(scratch_);
}

double VectorMachine::dot(Reader& reader) {
  const Vector& left = at(reader.word());
  const Vector& right = at(reader.word());
  return pay(dot_cost) ? left.dot(right) : 0;
}

void VectorMachine::commit(Reader& reader) {
  const Vector& vector = at(reader.word());
  if (pay_terms(1)) committed_ = vector;
}

}  // namespace mls::optimization
