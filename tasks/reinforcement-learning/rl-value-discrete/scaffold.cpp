// Asks one rule for each agent; all agents share a message. The wire is described in judge.cpp.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "host/host.hpp"
#include "surface.hpp"

namespace mls::host {
namespace {

class Rules {
 public:
  explicit Rules(const Message& begin)
      : info_{.actions = static_cast<int>(begin.integer("actions")),
              .gamma = begin.real("gamma"),
              .updates = static_cast<int>(begin.integer("updates")),
              .batch = static_cast<int>(begin.integer("batch"))} {
    const Rng rng(static_cast<std::uint64_t>(begin.integer("rng_seed")));
    const auto count = static_cast<std::uint64_t>(begin.integer("rules"));
    rngs_.reserve(count);
    for (std::uint64_t r = 0; r < count; ++r) {
      rngs_.push_back(rng.split(r));
      rules_.push_back(make_rule(info_, rngs_.back()));
      if (rules_.back() == nullptr) throw std::runtime_error("make_rule returned no rule");
    }
    head_ = rules_.front()->head();
  }

  void describe(Message& reply) const {
    reply.reset("head");
    reply.set("outputs", head_.outputs).set("n_step", head_.n_step);
    reply.set("online_next", head_.online_next).set("target_now", head_.target_now);
  }

  void q(const Message& request, Message& reply) {
    const std::span<const float> z = request.values<float>("z");
    const auto columns = request.values<std::int32_t>("columns");
    const auto k = static_cast<std::size_t>(head_.outputs);
    const auto total = static_cast<Eigen::Index>(z.size() / k);
    values_.resize(info_.actions, total);
    Eigen::Index at = 0;
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      if (columns[r] == 0) continue;
      const Outputs mine(z.data() + static_cast<std::size_t>(at) * k, head_.outputs, columns[r]);
      rules_[r]->q(mine, values_.middleCols(at, columns[r]));
      at += columns[r];
    }
    reply.reset("values");
    add(reply, "q", values_);
  }

  void gradient(const Message& request, Message& reply) {
    const auto batch = static_cast<std::size_t>(info_.batch);
    gradient_.resize(head_.outputs, static_cast<Eigen::Index>(batch * rules_.size()));
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      const Batch mine{.z = outputs(request, "z", r),
                       .z_target = outputs(request, "z_target", r),
                       .z_next = outputs(request, "z_next", r),
                       .zt_next = outputs(request, "zt_next", r),
                       .action = request.values<std::int32_t>("action").subspan(r * batch, batch),
                       .reward = request.values<float>("reward").subspan(r * batch, batch),
                       .discount = request.values<float>("discount").subspan(r * batch, batch)};
      rules_[r]->gradient(mine, gradient_.middleCols(static_cast<Eigen::Index>(r * batch), info_.batch));
    }
    reply.reset("gradients");
    add(reply, "gradient", gradient_);
  }

  void get_state(Message& reply) {
    states_.clear();
    sizes_.clear();
    for (const auto& rule : rules_) {
      const std::vector<float> state = rule->state();
      states_.insert(states_.end(), state.begin(), state.end());
      sizes_.push_back(static_cast<std::int32_t>(state.size()));
    }
    reply.reset("state");
    reply.add("values", states_).add("sizes", sizes_);
  }

  void restore(const Message& request, Message& reply) {
    std::span<const float> rest = request.values<float>("values");
    const auto sizes = request.values<std::int32_t>("sizes");
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      const auto size = static_cast<std::size_t>(sizes[r]);
      if (size > 0) rules_[r]->restore(rest.first(size));
      rest = rest.subspan(size);
    }
    reply.reset("restored");
  }

 private:
  static void add(Message& reply, std::string_view name, const Eigen::MatrixXf& columns) {
    const std::span<const float> values(columns.data(), static_cast<std::size_t>(columns.size()));
    reply.add(name, values, {columns.cols(), columns.rows()});
  }

  [[nodiscard]] Outputs outputs(const Message& request, std::string_view name, std::size_t rule) const {
    if (!request.has(name)) return {nullptr, 0, 0};
    const std::size_t size = static_cast<std::size_t>(head_.outputs) * static_cast<std::size_t>(info_.batch);
    return {request.values<float>(name).data() + rule * size, head_.outputs, info_.batch};
  }

  Info info_;
  Head head_;
  std::vector<Rng> rngs_;
  std::vector<std::unique_ptr<ValueRule>> rules_;
  Eigen::MatrixXf values_;
  Eigen::MatrixXf gradient_;
  std::vector<float> states_;
  std::vector<std::int32_t> sizes_;
};

}  // namespace

void run_method(JudgeLink& judge) {
  Rules rules(judge.expect("begin"));
  Message reply;
  rules.describe(reply);
  judge.send(reply);
  while (true) {
    const Message& request = judge.receive();
    if (request.kind() == "finish") break;
    if (request.kind() == "q") {
      rules.q(request, reply);
    } else if (request.kind() == "gradient") {
      rules.gradient(request, reply);
    } else if (request.kind() == "get_state") {
      rules.get_state(reply);
    } else {
      rules.restore(request, reply);
    }
    judge.send(reply);
  }
  judge.send(Message("finished"));
}

}  // namespace mls::host
