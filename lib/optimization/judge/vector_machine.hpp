// Executes a host's vector programs (lib/optimization/shared/vector_program.hpp) against a finite sum.
//
// Why the vectors stay here: a block of a linear or small neural model has so few degrees of freedom that a
// handful of its gradients reveal its samples (nine gradients of a block of eight rows give its quadratic
// exactly). A host that sees gradients could therefore rebuild the data within the budget and minimise for
// free. A host that holds only names of vectors can form every linear combination of iterates and gradients,
// but learns numbers one inner product at a time, and pays for each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "judge/oracle.hpp"
#include "lib/optimization/judge/finite_sum.hpp"
#include "lib/optimization/shared/vector_program.hpp"

namespace mls::optimization {

class VectorMachine {
 public:
  /// Vector 0 and the committed answer are `start`, all others are zero. count() must be a multiple of
  /// `block_size`; it is the caller's to keep `sum` alive.
  VectorMachine(const FiniteSum& sum, int block_size, Vector start, std::int64_t budget);

  /// Executes instructions in order and appends answers. The first one that the budget does not cover
  /// exhausts the machine: it and everything after it is read but not executed, and its answers are zero.
  /// Throws ProtocolError on anything malformed (unknown instruction, vector or block out of range, missing
  /// or left-over words or factors) or when more arithmetic is asked for than `terms_per_gradient` allows.
  void execute(std::span<const std::int32_t> words, std::span<const double> factors,
               std::vector<double>& answers);

  [[nodiscard]] int blocks() const { return blocks_; }
  [[nodiscard]] int vectors() const { return static_cast<int>(vectors_.size()); }
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] std::int64_t spent() const { return budget_ - ledger_.remaining(); }
  /// May hold values that are not finite.
  [[nodiscard]] const Vector& committed() const { return committed_; }

 private:
  class Reader;
  void batch(Reader& reader);
  void full(Reader& reader);
  void combine(Reader& reader);
  double dot(Reader& reader);
  void commit(Reader& reader);
  bool pay(std::int64_t units);
  bool pay_terms(std::int64_t count);
  Vector& at(std::int32_t index);

  const FiniteSum& sum_;
  int block_size_;
  int blocks_;
  std::int64_t budget_;
  judge::Ledger ledger_;
  judge::Ledger terms_;
  bool exhausted_ = false;
  std::vector<Vector> vectors_;  // of size zero until first used
  Vector committed_;
  Vector scratch_;
  Vector part_;
};

}  // namespace mls::optimization
