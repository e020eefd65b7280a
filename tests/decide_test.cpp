// Both sides of the protocol `decide`, joined by a real socket pair.
#include "host/decide.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "judge/decide.hpp"

namespace mls {
namespace {

/// Situation t shows its number and asks for t + 1 numbers below 10, which must not sum to 13.
class Stairs final : public judge::Decisions {
 public:
  explicit Stairs(std::int64_t situations) : situations_(situations) {}

  bool present(Message& situation) override {
    if (next_ == situations_) return false;
    situation.set("number", next_++);
    return true;
  }
  [[nodiscard]] std::int64_t count() const override { return next_; }
  [[nodiscard]] std::int32_t options() const override { return 10; }
  void apply(std::span<const std::int32_t> choice) override {
    sums_.push_back(std::accumulate(choice.begin(), choice.end(), 0));
    if (sums_.back() == 13) throw judge::invalid_output("a sum of 13");
  }

  [[nodiscard]] const std::vector<int>& sums() const { return sums_; }

 private:
  std::int64_t situations_;
  std::int64_t next_ = 0;
  std::vector<int> sums_;
};

/// Plays `stairs` against `host_side`, which runs in a thread of its own; returns the violation or "none".
std::string violation_of(Stairs& stairs, const std::function<void(host::JudgeLink&)>& host_side,
                         double wait_budget_s = 5) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  std::thread host([&host_side, fd = ends[1]] {
    host::JudgeLink link(Channel(fd, {}));
    try {
      host_side(link);
    } catch (const ChannelClosed&) {  // the judge ended the run with a verdict
    }
  });
  std::string violation = "none";
  {
    judge::HostLink link(Channel(ends[0], {.wait_budget_s = wait_budget_s}));
    try {
      judge::decide(link, stairs);
    } catch (const judge::Violation& caught) {
      violation = caught.what();
    } catch (const ProtocolError& caught) {
      violation = caught.what();
    } catch (const ChannelTimeout&) {
      violation = "timeout";
    } catch (const ChannelClosed&) {
      violation = "closed";
    }
  }
  host.join();
  return violation;
}

std::string violation_of_choice(const host::DecideHandler& handler) {
  Stairs stairs(3);
  return violation_of(stairs, [&](host::JudgeLink& link) { host::decide(link, handler); });
}

void zeros(const Message& situation, std::vector<std::int32_t>& choice) {
  choice.assign(static_cast<std::size_t>(situation.integer("number")) + 1, 0);
}

TEST(Decide, EverySituationIsAnsweredOnce) {
  Stairs stairs(4);
  std::vector<std::int64_t> seen;
  const std::string violation = violation_of(stairs, [&](host::JudgeLink& link) {
    host::decide(link, [&](const Message& situation, std::vector<std::int32_t>& choice) {
      EXPECT_TRUE(choice.empty());
      seen.push_back(situation.integer("number"));
      zeros(situation, choice);
      choice.back() = 9;
    });
  });
  EXPECT_EQ(violation, "none");
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(stairs.sums(), (std::vector<int>{9, 9, 9, 9}));
}

TEST(Decide, NothingToDecide) {
  Stairs stairs(0);
  EXPECT_EQ(violation_of(stairs, [](host::JudgeLink& link) { host::decide(link, zeros); }), "none");
}

TEST(Decide, NamesANumberOutOfRange) {
  constexpr std::int32_t least = std::numeric_limits<std::int32_t>::min();
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  for (const std::int32_t hostile : {least, -1, 10, most}) {
    const auto handler = [hostile](const Message& situation, std::vector<std::int32_t>& choice) {
      zeros(situation, choice);
      if (choice.size() == 2) choice[1] = hostile;
    };
    EXPECT_EQ(violation_of_choice(handler),
              "situation 1, choice 1: " + std::to_string(hostile) + " is not in 0 ... 9");
  }
}

TEST(Decide, TooFewAndTooManyNumbersAreViolations) {
  for (const int extra : {-1, 1, 1000}) {
    const auto handler = [extra](const Message& situation, std::vector<std::int32_t>& choice) {
      choice.assign(static_cast<std::size_t>(situation.integer("number") + 1 + extra), 0);
    };
    EXPECT_NE(violation_of_choice(handler).find("expected [1]"), std::string::npos) << extra;
  }
}

/// The host's side of a conversation that answers the first situation with `reply`.
std::function<void(host::JudgeLink&)> first_reply(const Message& reply) {
  return [&reply](host::JudgeLink& link) {
    (void)link.receive();
    (void)link.ask(reply, "situation");
  };
}

TEST(Decide, WrongTypeShapeNameAndKindAreViolations) {
  const std::vector<std::int32_t> one{0};
  const std::vector<double> real{0};
  const std::vector<std::int64_t> wide{0};
  const std::vector<Message> replies = {
      Message("decision").add("choice", real), Message("decision").add("choice", wide),
      Message("decision").add("choice", one, {1, 1}), Message("decision").add("chosen", one),
      Message("act").add("choice", one)};
  for (std::size_t i = 0; i < replies.size(); ++i) {
    Stairs stairs(3);
    EXPECT_NE(violation_of(stairs, first_reply(replies[i])), "none") << i;
    EXPECT_TRUE(stairs.sums().empty()) << i;
  }
}

TEST(Decide, TheTasksOwnRulesAreViolations) {
  EXPECT_EQ(violation_of_choice([](const Message& situation, std::vector<std::int32_t>& choice) {
              zeros(situation, choice);
              if (choice.size() == 2) choice = {4, 9};
            }),
            "a sum of 13");
}

TEST(Decide, LeavingEarlyIsNotAnAnswer) {
  Stairs stairs(3);
  EXPECT_EQ(violation_of(stairs, [](host::JudgeLink& link) { (void)link.receive(); }), "closed");
  EXPECT_TRUE(stairs.sums().empty());
}

TEST(Decide, WaitingForDecisionsIsLimitedForAllOfThemTogether) {
  Stairs stairs(20);
  const std::string violation = violation_of(
      stairs,
      [](host::JudgeLink& link) {
        host::decide(link, [](const Message& situation, std::vector<std::int32_t>& choice) {
          std::this_thread::sleep_for(std::chrono::milliseconds(150));
          zeros(situation, choice);
        });
      },
      0.5);
  EXPECT_EQ(violation, "timeout");
  EXPECT_LT(stairs.sums().size(), 20U);
}

TEST(Decide, AnswersBeyondTheLastAreViolations) {
  Stairs stairs(1);
  const std::vector<std::int32_t> one{0};
  const std::string violation = violation_of(stairs, [&](host::JudgeLink& link) {
    (void)link.receive();
    link.send(Message("decision").add("choice", one));
    link.send(Message("decision").add("choice", one));
    (void)link.expect("end");
    (void)link.receive();
  });
  EXPECT_NE(violation.find("'ended' is expected"), std::string::npos) << violation;
}

TEST(Decide, AnsweringAheadGainsNothing) {
  Stairs stairs(2);
  const std::vector<std::int32_t> one{0};
  // The second answer is taken for the next situation, whose count differs.
  const std::string violation = violation_of(stairs, [&](host::JudgeLink& link) {
    (void)link.receive();
    link.send(Message("decision").add("choice", one));
    link.send(Message("decision").add("choice", one));
    for (;;) (void)link.receive();
  });
  EXPECT_NE(violation.find("expected [2]"), std::string::npos) << violation;
}

}  // namespace
}  // namespace mls
