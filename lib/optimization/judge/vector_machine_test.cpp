#include "lib/optimization/judge/vector_machine.hpp"

#include <gtest/gtest.h>

#include <limits>

#include <Eigen/LU>

#include "core/message.hpp"
#include "core/rng.hpp"
#include "lib/optimization/judge/models.hpp"

namespace mls::optimization {
namespace {

constexpr int n = 24;
constexpr int dim = 5;
constexpr int block_size = 8;

class Machine : public testing::Test {
 protected:
  static RidgeSum make_sum() {
    Rng rng(1);
    Rows rows(n, dim);
    for (Eigen::Index i = 0; i < rows.size(); ++i) rows.data()[i] = rng.normal();
    Vector targets(n);
    for (double& value : targets) value = rng.normal();
    return {std::move(rows), std::move(targets), 0.1};
  }
  VectorMachine make(std::int64_t budget) { return {sum, block_size, start, budget}; }
  static std::int32_t code(Instruction instruction) { return static_cast<std::int32_t>(instruction); }
  Vector gradient(Range range, const Vector& x) {
    Vector out;
    sum.gradient(x, range, out);
    return out;
  }
  void execute(VectorMachine& machine, const std::vector<std::int32_t>& words,
               const std::vector<double>& factors = {}) {
    answers.clear();
    machine.execute(words, factors, answers);
  }

  RidgeSum sum = make_sum();
  Vector start = Vector::LinSpaced(dim, -1, 1);
  std::vector<double> answers;
  const std::int32_t batch = code(Instruction::batch);
  const std::int32_t full = code(Instruction::full);
  const std::int32_t combine = code(Instruction::combine);
  const std::int32_t dot = code(Instruction::dot);
  const std::int32_t commit = code(Instruction::commit);
};

TEST_F(Machine, StartsCommittedAtTheStart) {
  VectorMachine machine = make(100);
  EXPECT_EQ(machine.committed(), start);
  EXPECT_EQ(machine.blocks(), 3);
  EXPECT_EQ(machine.vectors(), 3 + spare_vectors);
  execute(machine, {});
  EXPECT_EQ(machine.spent(), 0);
}

TEST_F(Machine, TakesGradientSteps) {
  VectorMachine machine = make(100);
  execute(machine, {batch, 1, 0, 1, 2, combine, 0, 2, 0, 1, commit, 0}, {1, -0.5});
  EXPECT_EQ(machine.committed(), start - 0.5 * gradient({16, 8}, start));
  EXPECT_EQ(machine.spent(), block_size);
  execute(machine, {full, 0, 0, commit, 0});
  EXPECT_EQ(machine.spent(), block_size + n);
}

TEST_F(Machine, AveragesBlocksWithRepetition) {
  VectorMachine machine = make(100);
  execute(machine, {batch, 1, 0, 3, 0, 2, 2, commit, 1});
  const Vector expected = (gradient({0, 8}, start) + 2 * gradient({16, 8}, start)) / 3;
  EXPECT_LT((machine.committed() - expected).norm(), 1e-14);
  EXPECT_EQ(machine.spent(), 3 * block_size);
}

TEST_F(Machine, CombinesInPlace) {
  VectorMachine machine = make(100);
  execute(machine, {combine, 0, 3, 0, 0, 7, combine, 1, 1, 0, combine, 0, 0, commit, 1}, {2, 1, 5, 1});
  EXPECT_LT((machine.committed() - 3 * start).norm(), 1e-15);
  execute(machine, {commit, 0});
  EXPECT_EQ(machine.committed(), Vector::Zero(dim));
}

TEST_F(Machine, AnswersInnerProductsForAPrice) {
  VectorMachine machine = make(2);
  execute(machine, {dot, 0, 0, dot, 0, 1});
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_DOUBLE_EQ(answers[0], start.squaredNorm());
  EXPECT_EQ(answers[1], 0);
  EXPECT_EQ(machine.spent(), 2 * dot_cost);
  EXPECT_FALSE(machine.exhausted());
}

TEST_F(Machine, FreezesWhenTheBudgetIsExceeded) {
  VectorMachine machine = make(2 * block_size);
  execute(machine, {combine, 1, 1, 0, commit, 1}, {2});
  execute(machine, {full, 2, 0,         // not covered
                    batch, 2, 0, 1, 0,  // would be, but comes too late
                    commit, 2, dot, 0, 0});
  EXPECT_TRUE(machine.exhausted());
  EXPECT_EQ(machine.spent(), 0);
  EXPECT_EQ(machine.committed(), 2 * start);
  EXPECT_EQ(answers, std::vector<double>{0});
}

TEST_F(Machine, SpendsTheBudgetToTheLastUnit) {
  VectorMachine machine = make(2 * block_size);
  execute(machine, {batch, 1, 0, 1, 0, batch, 1, 0, 1, 1});
  EXPECT_FALSE(machine.exhausted());
  execute(machine, {batch, 1, 0, 1, 0});
  EXPECT_TRUE(machine.exhausted());
  EXPECT_EQ(machine.spent(), 2 * block_size);
}

TEST_F(Machine, CommitsACopy) {
  VectorMachine machine = make(100);
  execute(machine, {commit, 0, combine, 0, 0});
  EXPECT_EQ(machine.committed(), start);
}

TEST_F(Machine, LimitsFreeArithmetic) {
  VectorMachine machine = make(1);
  for (int i = 0; i < terms_per_gradient; ++i) execute(machine, {combine, 1, 1, 0}, {1});
  EXPECT_THROW(execute(machine, {combine, 1, 1, 0}, {1}), ProtocolError);
  EXPECT_THROW(execute(machine, {commit, 0}), ProtocolError);
}

TEST_F(Machine, CarriesNumbersThatAreNotFinite) {
  VectorMachine machine = make(100);
  execute(machine, {combine, 0, 1, 0, full, 1, 0, commit, 1}, {std::numeric_limits<double>::infinity()});
  EXPECT_FALSE(machine.committed().allFinite());
}

TEST_F(Machine, RefusesMalformedPrograms) {
  const std::int32_t last = 3 + spare_vectors;
  const std::vector<std::vector<std::int32_t>> programs = {
      {5},                          // unknown instruction
      {-1},                         //
      {batch},                      // ends early
      {batch, 1, 0},                //
      {batch, 1, 0, 2, 0},          //
      {batch, 1, 0, -1},            // negative count
      {batch, 1, 0, 0},             // no block
      {batch, 1, 0, 1, 3},          // no such block
      {batch, 1, 0, 1, -1},         //
      {batch, last, 0, 1, 0},       // no such vector
      {full, 0, -1},                //
      {combine, 0, 1, 0},           // no factor
      {combine, 0, max_terms + 1},  // too many terms
      {combine, 0, -1},             //
      {combine, 0, 0x7fffffff},     //
      {dot, 0},                     //
      {commit, last},               //
      {commit, 0x7fffffff},         //
  };
  for (const auto& program : programs) {
    VectorMachine machine = make(100);
    EXPECT_THROW(execute(machine, program), ProtocolError) << testing::PrintToString(program);
  }
  VectorMachine machine = make(100);
  EXPECT_THROW(execute(machine, {commit, 0}, {1}), ProtocolError) << "a factor is left over";
  const std::vector<std::int32_t> endless(max_words + 1, commit);
  EXPECT_THROW(execute(machine, endless), ProtocolError);
}

TEST_F(Machine, SurvivesRandomWords) {
  Rng rng(7);
  for (int trial = 0; trial < 2000; ++trial) {
    VectorMachine machine = make(200);
    std::vector<std::int32_t> words(rng.below(40));
    for (auto& word : words) {
      word = rng.bernoulli(0.9) ? static_cast<std::int32_t>(rng.below(6)) : static_cast<std::int32_t>(rng());
    }
    const std::vector<double> factors(rng.below(8), 1.0);
    try {
      execute(machine, words, factors);
    } catch (const ProtocolError&) {
    }
    EXPECT_LE(machine.spent(), 200);
  }
}

// Why vectors do not leave the judge: who sees the gradients of a block of eight rows at nine points knows
// its quadratic, whatever the dimension, and so needs nine passes over the data for the exact minimum.
TEST(Gradients, RevealTheirBlock) {
  constexpr int wide = 40;
  const double l2 = 0.1;
  Rng rng(2);
  Rows rows(block_size, wide);
  for (Eigen::Index i = 0; i < rows.size(); ++i) rows.data()[i] = rng.normal();
  const RidgeSum block(rows, Vector::Ones(block_size), l2);
  Vector at_zero;
  block.gradient(Vector::Zero(wide), block.all(), at_zero);
  Matrix probes(wide, block_size);
  Matrix curved(wide, block_size);
  for (Eigen::Index j = 0; j < block_size; ++j) {
    for (Eigen::Index i = 0; i < wide; ++i) probes(i, j) = rng.normal();
    Vector gradient;
    block.gradient(probes.col(j), block.all(), gradient);
    curved.col(j) = gradient - at_zero - l2 * probes.col(j);
  }
  const Matrix small = probes.transpose() * curved;
  const Matrix found = curved * small.fullPivLu().solve(curved.transpose());
  const Matrix truth = rows.transpose() * rows / block_size;
  EXPECT_LT((found - truth).norm(), 1e-9 * truth.norm());
}

TEST_F(Machine, NeedsFullBlocks) {
  EXPECT_THROW(VectorMachine(sum, 7, start, 10), std::invalid_argument);
  EXPECT_THROW(VectorMachine(sum, 8, Vector::Zero(3), 10), std::invalid_argument);
}

}  // namespace
}  // namespace mls::optimization
