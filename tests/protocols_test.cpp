// Both sides of every protocol, joined by a real socket pair.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <functional>
#include <thread>

#include "host/compute.hpp"
#include "host/fit_predict.hpp"
#include "host/oracle.hpp"
#include "host/rollout.hpp"
#include "judge/compute.hpp"
#include "judge/fit_predict.hpp"
#include "judge/oracle.hpp"
#include "judge/rollout.hpp"

namespace mls {
namespace {

/// Runs `host_side` in a thread of its own while the caller plays the judge.
class Conversation {
 public:
  explicit Conversation(std::function<void(host::JudgeLink&)> host_side)
      : judge_(Channel(open(), {.wait_budget_s = 5})) {
    host_ = std::thread([fd = ends_[1], side = std::move(host_side)] {
      host::JudgeLink link(Channel(fd, {}));
      try {
        side(link);
      } catch (const ChannelClosed&) {  // the judge ended the run with a verdict
      }
    });
  }
  ~Conversation() {
    judge_.reset();
    host_.join();
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;
  judge::HostLink& host() { return *judge_; }

 private:
  int open() {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()), 0);
    return ends_[0];
  }
  std::array<int, 2> ends_{};
  std::optional<judge::HostLink> judge_;
  std::thread host_;
};

template <typename Action>
std::string violation_of(Action action) {
  try {
    action();
  } catch (const judge::Violation& violation) {
    return violation.what();
  } catch (const ProtocolError& error) {
    return error.what();
  }
  return "none";
}

std::vector<judge::Operation> square_oracle(std::vector<double>& answer) {
  return {
      {"square",
       [](const Message& request) { return static_cast<std::int64_t>(request.values<double>("x").size()); },
       [&answer](const Message& request, Message& reply) {
         answer.clear();
         for (const double x : request.values<double>("x", {2})) answer.push_back(x * x);
         reply.add("y", answer);
       }}};
}

TEST(Oracle, AnswersUntilTheBudgetIsSpent) {
  std::vector<double> received;
  int refused = 0;
  {
    Conversation talk([&](host::JudgeLink& link) {
      host::OracleClient oracle(link, 6);
      for (int i = 0; i < 5; ++i) {
        const std::vector<double> x{static_cast<double>(i), 1};
        oracle.request("square").add("x", x);
        const Message* answer = oracle.ask();
        if (answer == nullptr) {
          ++refused;
        } else {
          received.push_back(answer->values<double>("y")[0]);
        }
      }
      EXPECT_EQ(oracle.remaining(), 0);
      EXPECT_TRUE(oracle.exhausted());
      oracle.finish();
    });
    judge::Ledger ledger(6);
    std::vector<double> answer;
    judge::serve(talk.host(), ledger, square_oracle(answer));
    EXPECT_EQ(ledger.remaining(), 0);
  }
  EXPECT_EQ(received, (std::vector<double>{0, 1, 4}));
  EXPECT_EQ(refused, 2);
}

TEST(Oracle, RefusesWhatItDoesNotKnow) {
  Conversation talk([](host::JudgeLink& link) { (void)link.ask(Message("solve"), "answer"); });
  judge::Ledger ledger(6);
  std::vector<double> answer;
  const std::string why = violation_of([&] { judge::serve(talk.host(), ledger, square_oracle(answer)); });
  EXPECT_NE(why.find("'solve'"), std::string::npos);
  EXPECT_NE(why.find("square"), std::string::npos);
}

TEST(Oracle, LedgerNeverOverdrawsNorRefunds) {
  judge::Ledger ledger(10);
  EXPECT_FALSE(ledger.charge(11));
  EXPECT_FALSE(ledger.charge(-1));
  EXPECT_TRUE(ledger.charge(10));
  EXPECT_TRUE(ledger.charge(0));
  EXPECT_FALSE(ledger.charge(1));
  EXPECT_EQ(ledger.remaining(), 0);
}

/// Observation = number of steps so far plus the environment's index; reward = action.
class Counters : public judge::Environments {
 public:
  [[nodiscard]] int count() const override { return 3; }
  [[nodiscard]] int observation_size() const override { return 2; }
  [[nodiscard]] int action_count() const override { return 4; }
  void observe(std::span<double> out) override {
    for (int i = 0; i < 3; ++i) {
      out[static_cast<std::size_t>(2 * i)] = steps_;
      out[static_cast<std::size_t>(2 * i + 1)] = i;
    }
  }
  void step(std::span<const std::int32_t> actions, std::span<double> rewards,
            std::span<std::uint8_t> done) override {
    ++steps_;
    for (std::size_t i = 0; i < 3; ++i) {
      rewards[i] = actions[i];
      done[i] = i == 1;
    }
  }

 private:
  int steps_ = 0;
};

TEST(Rollout, PlaysAllEnvironmentsInLockStep) {
  std::vector<double> rewards;
  std::vector<double> last;
  {
    Conversation talk([&](host::JudgeLink& link) {
      host::play(link, 3,
                 {[&](const host::Observation& seen, std::span<std::int32_t> actions) {
                    EXPECT_EQ(seen.values[0], static_cast<double>(seen.step));
                    EXPECT_EQ(seen.values[5], 2.0);
                    rewards.push_back(seen.rewards[2]);
                    for (std::size_t i = 0; i < 3; ++i)
                      actions[i] = static_cast<std::int32_t>((static_cast<std::size_t>(seen.step) + i) % 4);
                  },
                  [&](const host::Observation& seen) {
                    last.assign(seen.rewards.begin(), seen.rewards.end());
                    EXPECT_EQ(seen.done[1], 1);
                  }});
    });
    Counters environments;
    judge::rollout(talk.host(), environments, 5);
  }
  EXPECT_EQ(rewards, (std::vector<double>{0, 2, 3, 0, 1}));
  EXPECT_EQ(last, (std::vector<double>{0, 1, 2}));
}

TEST(Rollout, NamesAnActionOutOfRange) {
  Conversation talk([](host::JudgeLink& link) {
    host::play(link, 3,
               {[](const host::Observation& seen, std::span<std::int32_t> actions) {
                  actions[1] = seen.step == 2 ? -7 : 0;
                },
                [](const host::Observation&) {}});
  });
  Counters environments;
  EXPECT_EQ(violation_of([&] { judge::rollout(talk.host(), environments, 5); }),
            "step 2, environment 1: action -7 is not in 0 ... 3");
}

TEST(Rollout, WrongShapesAreViolations) {
  Conversation talk([](host::JudgeLink& link) {
    (void)link.receive();
    const std::vector<std::int32_t> two{0, 0};
    (void)link.ask(Message("act").add("action", two), "observe");
  });
  Counters environments;
  EXPECT_NE(violation_of([&] { judge::rollout(talk.host(), environments, 5); }).find("expected [3]"),
            std::string::npos);
}

TEST(FitPredict, FitsThenPredicts) {
  Conversation talk([](host::JudgeLink& link) {
    double mean = 0;
    std::vector<float> output;
    host::serve(link, {[&](const Message& training) {
                         for (const float y : training.values<float>("y")) mean += y / 4;
                       },
                       [&](const Message& inputs, Message& predictions) {
                         output.assign(inputs.values<float>("x").size(), static_cast<float>(mean));
                         predictions.add("output", output);
                       }});
  });
  const std::vector<float> y{1, 2, 3, 6};
  const std::vector<float> x{0, 0};
  judge::fit(talk.host(), Message("fit").add("y", y));
  const auto output = judge::predict<float>(talk.host(), Message("predict").add("x", x), {2});
  EXPECT_EQ(output[0], 3.0F);
  EXPECT_EQ(output[1], 3.0F);
  judge::finish(talk.host());
}

TEST(FitPredict, RefusesNonFiniteAndMisshapenPredictions) {
  for (const bool finite : {true, false}) {
    Conversation talk([finite](host::JudgeLink& link) {
      const std::vector<float> output(finite ? 3 : 2, finite ? 0.5F : std::nanf(""));
      host::serve(link, {[](const Message&) {},
                         [&](const Message&, Message& predictions) { predictions.add("output", output); }});
    });
    const std::vector<float> x{0, 0};
    const std::string why =
        violation_of([&] { (void)judge::predict<float>(talk.host(), Message("predict").add("x", x), {2}); });
    EXPECT_NE(why.find(finite ? "expected [2]" : "not finite"), std::string::npos) << why;
  }
}

Message numbers(const std::vector<float>& x, const std::vector<float>& y) {
  return Message("inputs").add("x", x, {1, static_cast<std::int64_t>(x.size())}).add("y", y);
}

double no_clock() { return 0; }

double cpu_s(clockid_t clock) {
  timespec now{};
  EXPECT_EQ(::clock_gettime(clock, &now), 0);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Uses this much CPU time.
void busy(std::chrono::duration<double> time) {
  const double end = cpu_s(CLOCK_THREAD_CPUTIME_ID) + time.count();
  while (cpu_s(CLOCK_THREAD_CPUTIME_ID) < end) {
  }
}

TEST(Compute, OpensFreshInputsForEveryCall) {
  Conversation talk([](host::JudgeLink& link) {
    std::vector<float> sums;
    host::serve(link, [&](const Message& inputs, Message& output) {
      EXPECT_EQ(inputs.tensor("x").shape, (Shape{1, 3}));
      const auto x = inputs.values<float>("x", {1, 3});
      const auto y = inputs.values<float>("y", {3});
      for (const auto values : {x, y}) {
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % 64, 0U);
        for (int beyond = 0; beyond < 64; ++beyond) EXPECT_TRUE(std::isnan(values.data()[3 + beyond]));
      }
      sums.clear();
      for (std::size_t i = 0; i < 3; ++i) sums.push_back(x[i] + y[i]);
      output.add("sums", sums);
    });
  });
  judge::TimedCalls calls(talk.host(), Rng(1), no_clock);
  for (float call = 0; call < 3; ++call) {
    calls.deliver(numbers({call, 2, 3}, {10, 20, call}));
    const auto answer = calls.go();
    const auto sums = answer.output.values<float>("sums", {3});
    EXPECT_EQ(std::vector<float>(sums.begin(), sums.end()), (std::vector<float>{10 + call, 22, 3 + call}));
    EXPECT_EQ(answer.seconds, 0);
  }
  EXPECT_THROW((void)calls.go(), std::logic_error);
  calls.end();
}

TEST(Compute, SendsNoiseUntilTheClockRuns) {
  Conversation talk([](host::JudgeLink& link) {
    std::vector<std::int32_t> before;
    for (int call = 0; call < 2; ++call) {
      const auto bits = link.expect("inputs").values<std::int32_t>("x");
      float seen = 0;
      for (std::size_t i = 0; i < bits.size(); ++i) {
        std::memcpy(&seen, &bits[i], sizeof seen);
        EXPECT_NE(seen, 1.5F);
        if (call > 0) {
          EXPECT_NE(bits[i], before[i]);
        }
      }
      before.assign(bits.begin(), bits.end());
      link.send(Message("ready"));
      (void)link.expect("go");
      link.send(Message("output"));
    }
  });
  const std::vector<float> x(64, 1.5F);
  judge::TimedCalls calls(talk.host(), Rng(2), no_clock);
  for (int call = 0; call < 2; ++call) {
    calls.deliver(numbers(x, x));
    (void)calls.go();
  }
}

TEST(Compute, TimesWhatTheHostComputesAfterGoAndNothingElse) {
  using namespace std::chrono_literals;
  std::atomic<clockid_t> host{CLOCK_REALTIME};
  Conversation talk([&host](host::JudgeLink& link) {
    clockid_t own{};
    EXPECT_EQ(::pthread_getcpuclockid(::pthread_self(), &own), 0);
    host = own;
    (void)link.expect("inputs");
    busy(200ms);
    link.send(Message("ready"));
    (void)link.expect("go");
    std::this_thread::sleep_for(200ms);
    busy(20ms);
    link.send(Message("output"));
    (void)link.receive();
  });
  judge::TimedCalls calls(talk.host(), Rng(3), [&host] { return cpu_s(host); });
  calls.deliver(numbers({1}, {2}));
  const double seconds = calls.go().seconds;
  EXPECT_GE(seconds, 0.02);
  EXPECT_LT(seconds, 0.1);
}

TEST(Compute, ReadsTheHostsClockFromTheKernel) {
  const std::string file = "/proc/self/task/" + std::to_string(::gettid()) + "/schedstat";
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  const auto clock = judge::host_clock(fd);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));  // the account is brought up to date
  const double before = clock();
  EXPECT_NEAR(before, cpu_s(CLOCK_THREAD_CPUTIME_ID), 0.005);
  ::close(fd);
  EXPECT_THROW((void)clock(), std::runtime_error);
}

TEST(Compute, TimesTheReferenceByItsOwnCpuTime) {
  using namespace std::chrono_literals;
  Conversation talk([](host::JudgeLink& link) {
    (void)link.expect("inputs");
    link.send(Message("ready"));
  });
  judge::TimedCalls calls(talk.host(), Rng(4), no_clock);
  calls.deliver(numbers({1}, {2}));
  EXPECT_LT(calls.time_reference([] { std::this_thread::sleep_for(50ms); }), 0.04);
  EXPECT_GT(calls.time_reference([] { busy(50ms); }), 0);
}

TEST(Compute, AnythingElseIsAViolation) {
  Conversation talk([](host::JudgeLink& link) {
    (void)link.expect("inputs");
    link.send(Message("output"));
  });
  judge::TimedCalls calls(talk.host(), Rng(5), no_clock);
  EXPECT_EQ(violation_of([&] { calls.deliver(numbers({1}, {2})); }),
            "the host sent 'output' where 'ready' is expected");
  const std::vector<double> doubles{1};
  EXPECT_THROW(calls.deliver(Message("inputs").add("x", doubles)), std::logic_error);
}

TEST(Compute, UndisturbedIsTheMeanOfTheFastestQuarter) {
  EXPECT_EQ(judge::undisturbed({5, 1, 9, 3, 7, 8, 9, 9}), 2);
  EXPECT_EQ(judge::undisturbed({4, 2, 3}), 2);
  EXPECT_THROW((void)judge::undisturbed({}), std::logic_error);
}

}  // namespace
}  // namespace mls
