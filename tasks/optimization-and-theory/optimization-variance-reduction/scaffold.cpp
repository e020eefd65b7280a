// Host side: writes a method's calls into vector programs, keeps the same books as the judge, and sends a
// program when it is long enough or when an inner product has to be known.
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "host/host.hpp"
#include "lib/optimization/shared/vector_program.hpp"
#include "surface.hpp"

namespace variance_reduction {

using mls::optimization::Instruction;

class Oracle::Client {
 public:
  Client(const Info& info, mls::host::JudgeLink& judge)
      : info_(info),
        judge_(judge),
        remaining_(info.budget),
        terms_left_(mls::optimization::terms_per_gradient * info.budget) {
    // Vector 0 is the start; the rest is free, lowest first.
    for (int id = info.max_vectors - 1; id > 0; --id) free_.push_back(id);
  }

  [[nodiscard]] std::int32_t acquire() {
    if (free_.empty()) {
      throw std::length_error("more than " + std::to_string(info_.max_vectors) + " vectors are alive");
    }
    const std::int32_t id = free_.back();
    free_.pop_back();
    return id;
  }
  void release(std::int32_t id) { free_.push_back(id); }

  [[nodiscard]] std::int64_t remaining() const { return remaining_; }
  [[nodiscard]] bool pay(std::int64_t units) {
    if (units > remaining_) return false;
    remaining_ -= units;
    return true;
  }

  void batch(std::int32_t into, std::int32_t x, std::span<const int> blocks) {
    begin(Instruction::batch);
    words_.insert(words_.end(), {into, x, static_cast<std::int32_t>(blocks.size())});
    words_.insert(words_.end(), blocks.begin(), blocks.end());
  }
  void full(std::int32_t into, std::int32_t x) {
    begin(Instruction::full);
    words_.insert(words_.end(), {into, x});
  }
  void combine(std::int32_t into, std::span<const std::int32_t> vectors, std::span<const double> factors) {
    pay_terms(std::max<std::int64_t>(static_cast<std::int64_t>(vectors.size()), 1));
    begin(Instruction::combine);
    words_.insert(words_.end(), {into, static_cast<std::int32_t>(vectors.size())});
    words_.insert(words_.end(), vectors.begin(), vectors.end());
    factors_.insert(factors_.end(), factors.begin(), factors.end());
  }
  [[nodiscard]] double dot(std::int32_t left, std::int32_t right) {
    begin(Instruction::dot);
    words_.insert(words_.end(), {left, right});
    send("ask");
    return judge_.expect("answer").values<double>("values")[0];
  }
  void commit(std::int32_t x) {
    pay_terms(1);
    begin(Instruction::commit);
    words_.push_back(x);
  }
  void check_blocks(std::span<const int> blocks) const {
    if (blocks.empty()) throw std::out_of_range("a batch needs at least one block");
    for (const int block : blocks) {
      if (block < 0 || block >= info_.blocks) {
        throw std::out_of_range("block " + std::to_string(block) + " does not exist; there are " +
                                std::to_string(info_.blocks));
      }
    }
  }
  [[nodiscard]] const Info& info() const { return info_; }

  void send(std::string_view kind) {
    message_.reset(kind);
    message_.add("words", words_).add("factors", factors_);
    judge_.send(message_);
    words_.clear();
    factors_.clear();
  }

 private:
  void begin(Instruction instruction) {
    constexpr std::size_t long_enough = 4096;
    if (words_.size() >= long_enough) send("program");
    words_.push_back(static_cast<std::int32_t>(instruction));
  }
  void pay_terms(std::int64_t count) {
    if (count > terms_left_) {
      throw std::length_error("more vector arithmetic than " +
                              std::to_string(mls::optimization::terms_per_gradient) +
                              " terms for each component gradient of the budget");
    }
    terms_left_ -= count;
  }

  const Info& info_;
  mls::host::JudgeLink& judge_;
  std::int64_t remaining_;
  std::int64_t terms_left_;
  std::vector<std::int32_t> free_;
  std::vector<std::int32_t> words_;
  std::vector<double> factors_;
  mls::Message message_;
};

Sum::Sum(const Vector& vector) : oracle_(vector.oracle_), count_(1) {
  if (vector.id_ == Vector::none) throw std::logic_error("a vector is used after it was moved away");
  vectors_[0] = vector.id_;
  factors_[0] = 1;
}

Sum& Sum::scale(double factor) {
  for (double& value : factors_) value *= factor;
  return *this;
}

Sum& Sum::add(double factor, const Sum& other) {
  if (count_ + other.count_ > mls::optimization::max_terms) {
    throw std::length_error("a sum has more than " + std::to_string(mls::optimization::max_terms) + " terms");
  }
  for (int i = 0; i < other.count_; ++i) {
    const auto from = static_cast<std::size_t>(i);
    const auto to = static_cast<std::size_t>(count_++);
    vectors_[to] = other.vectors_[from];
    factors_[to] = factor * other.factors_[from];
  }
  return *this;
}

Vector::Vector(const Vector& other) : Vector(Sum(other)) {}

Vector::Vector(const Sum& sum) : oracle_(sum.oracle_), id_(sum.oracle_->client_.acquire()) { *this = sum; }

Vector& Vector::operator=(const Sum& sum) {
  const auto count = static_cast<std::size_t>(sum.count_);
  oracle_->client_.combine(id_, std::span(sum.vectors_).first(count), std::span(sum.factors_).first(count));
  return *this;
}

Vector::~Vector() {
  if (id_ != none) oracle_->client_.release(id_);
}

Vector Oracle::zeros() {
  Vector vector(this, client_.acquire());
  client_.combine(vector.id_, {}, {});
  return vector;
}

bool Oracle::batches(const Vector& x, std::span<const int> blocks, Vector& gradient) {
  client_.check_blocks(blocks);
  if (!client_.pay(static_cast<std::int64_t>(blocks.size()) * client_.info().block_size)) return false;
  client_.batch(gradient.id_, x.id_, blocks);
  return true;
}

bool Oracle::pair(const Vector& x, const Vector& y, int block, Vector& gradient_x, Vector& gradient_y) {
  const std::span<const int> blocks(&block, 1);
  client_.check_blocks(blocks);
  if (gradient_x.id_ == gradient_y.id_ || gradient_x.id_ == y.id_ || gradient_x.id_ == x.id_ ||
      gradient_y.id_ == x.id_ || gradient_y.id_ == y.id_) {
    throw std::invalid_argument("pair() needs two vectors for its results, other than its points");
  }
  if (!client_.pay(std::int64_t{2} * client_.info().block_size)) return false;
  client_.batch(gradient_x.id_, x.id_, blocks);
  client_.batch(gradient_y.id_, y.id_, blocks);
  return true;
}

bool Oracle::full(const Vector& x, Vector& gradient) {
  if (!client_.pay(client_.info().n)) return false;
  client_.full(gradient.id_, x.id_);
  return true;
}

bool Oracle::dot(const Vector& left, const Vector& right, double& value) {
  if (!client_.pay(mls::optimization::dot_cost)) return false;
  value = client_.dot(left.id_, right.id_);
  return true;
}

void Oracle::commit(const Vector& x) { client_.commit(x.id_); }

std::int64_t Oracle::remaining() const { return client_.remaining(); }

namespace {

Info info_from(const mls::Message& problem) {
  Info info;
  info.dim = static_cast<int>(problem.integer("dim"));
  info.n = static_cast<int>(problem.integer("n"));
  info.blocks = static_cast<int>(problem.integer("blocks"));
  info.block_size = static_cast<int>(problem.integer("block_size"));
  info.convex = problem.boolean("convex");
  info.L_max = problem.real("L_max");
  info.L = problem.real("L");
  info.mu = problem.real("mu");
  info.budget = problem.integer("budget");
  info.max_vectors = static_cast<int>(problem.integer("vectors"));
  return info;
}

void solve(const mls::Message& problem, mls::host::JudgeLink& judge) {
  const Info info = info_from(problem);
  mls::Rng rng(static_cast<std::uint64_t>(problem.integer("seed")));
  Oracle::Client client(info, judge);
  Oracle oracle(client);
  {
    Vector x = oracle.start();
    run(info, oracle, x, rng);
  }
  client.send("done");
}

}  // namespace
}  // namespace variance_reduction

void mls::host::run_method(JudgeLink& judge) {
  for (const Message* next = &judge.receive(); next->kind() == "problem"; next = &judge.receive()) {
    variance_reduction::solve(*next, judge);
  }
}
