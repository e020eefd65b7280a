// What becomes of a method that misbehaves: each ends in a clear verdict within its limits, and the machine
// is unharmed. Real compiler, real sandboxes; the methods are written against the bandit task.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "core/files.hpp"
#include "core/locations.hpp"
#include "evaluate/evaluate.hpp"
#include "task/task.hpp"

namespace mls::evaluate {
namespace {

struct Misdeed {
  const char* name;
  const char* preamble;  // at namespace scope
  const char* choose;    // body of Policy::choose, which otherwise plays arm 0
  Status status;
  const char* message;  // must occur in the verdict's message
};

std::ostream& operator<<(std::ostream& out, const Misdeed& misdeed) { return out << misdeed.name; }

std::string method_of(const Misdeed& misdeed) {
  return std::string(R"(#include "surface.hpp"
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
)") + misdeed.preamble +
         R"(
namespace mls {
namespace {
struct Hostile : Policy {
  int choose(int t, std::span<const double>) override {
    (void)t;
)" + misdeed.choose +
         R"(
    return 0;
  }
  void update(int, double) override {}
};
}  // namespace
std::unique_ptr<Policy> make_policy(const Info&, Rng&) { return std::make_unique<Hostile>(); }
}  // namespace mls
)";
}

// Writes a frame of the wire format by hand: magic, header size, payload size, header, payload.
constexpr const char* frame_writer = R"(
namespace {
void frame(std::uint32_t header_size, std::uint64_t payload_size, const std::string& header, const std::string& payload) {
  std::string bytes = "MLS1";
  bytes.append(reinterpret_cast<const char*>(&header_size), 4);
  bytes.append(reinterpret_cast<const char*>(&payload_size), 8);
  bytes += header + payload;
  (void)!write(3, bytes.data(), bytes.size());
}
// ["act", {}, [["action", dtype, [count]]]]
std::string act(int dtype, int count) {
  std::string text = "\x93\xa3" "act" "\x80\x91\x93\xa6" "action";
  text += static_cast<char>(dtype);
  text += '\x91';
  text += static_cast<char>(count);
  return text;
}
})";

class Hostile : public testing::TestWithParam<Misdeed> {
 protected:
  static Evaluation evaluate_source(const std::string& source) {
    const Places places = default_places();
    task::Task task = task::find(places.root, "optimization-online-bandit");
    task.limits = {.wall_s = 6, .cpu_s = 1, .memory_mb = 256};
    Options options;
    options.settings = {"stochastic"};
    options.max_seeds = 1;
    options.fresh = true;
    return evaluate(places, task, method_from_source(source), options, {});
  }
};

TEST_P(Hostile, EndsInAClearVerdict) {
  const auto start = std::chrono::steady_clock::now();
  const Evaluation evaluation = evaluate_source(method_of(GetParam()));
  ASSERT_EQ(evaluation.runs.size(), 1U);
  const RunRecord& run = evaluation.runs.front();
  EXPECT_EQ(name_of(run.status), name_of(GetParam().status)) << run.message;
  EXPECT_NE(run.message.find(GetParam().message), std::string::npos) << run.message;
  EXPECT_TRUE(run.metrics.empty() || run.status == Status::ok);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

INSTANTIATE_TEST_SUITE_P(
    Methods, Hostile,
    testing::Values(
        Misdeed{"DoesNotCompile", "", "return missing_name;", Status::compile_error, "missing_name"},
        Misdeed{"DoesNotLink", "namespace mls { int elsewhere(); }", "return elsewhere();",
                Status::compile_error, "elsewhere"},
        Misdeed{"BringsItsOwnMain", "int main() { return 0; }", "", Status::compile_error, "main"},
        Misdeed{"CompilesWithoutEnd",
                "template <int N> struct Deep { static constexpr int value = Deep<N + 1>::value + Deep<N + "
                "2>::value; };",
                "return Deep<0>::value;", Status::compile_error, "template"},
        Misdeed{"IncludesASystemFile", "#include \"/etc/passwd\"", "", Status::compile_error, "passwd"},
        Misdeed{"EmbedsAFile", "asm(\".incbin \\\"/etc/hostname\\\"\");", "", Status::compile_error,
                "hostname"},
        Misdeed{"Throws", "", "if (t == 5) throw std::runtime_error(\"no idea\");", Status::crash, "no idea"},
        Misdeed{"ExitsZeroEarly", "", "if (t == 5) _exit(0);", Status::protocol_violation, "exited (code 0)"},
        Misdeed{"ExitsWithACode", "", "if (t == 5) _exit(9);", Status::crash, "code 9"},
        Misdeed{"Aborts", "", "if (t == 5) std::abort();", Status::crash, "SIGABRT"},
        Misdeed{"Segfaults", "", "if (t == 5) *reinterpret_cast<volatile int*>(8) = 1;", Status::crash,
                "SIGSEGV"},
        Misdeed{"RecursesWithoutEnd",
                "namespace { int deep(volatile int* p) { volatile int x[1000]; x[0] = *p; return deep(x) + "
                "x[0]; } }",
                "volatile int z = 0; return deep(&z);", Status::crash, "SIGSEGV"},
        Misdeed{"LoopsForEver", "", "volatile int x = 0; while (t > 0) x = x + 1;", Status::timeout, "CPU"},
        Misdeed{"SleepsForEver", "", "sleep(1000);", Status::timeout, "waited"},
        Misdeed{"AllocatesWithoutEnd", "",
                "for (;;) { volatile char* p = new char[1 << 20]; for (int i = 0; i < 1 << 20; i += 4096) "
                "p[i] = 1; }",
                Status::oom, "memory"},
        Misdeed{"MapsWithoutEnd", "",
                "for (;;) { void* p = mmap(nullptr, 1 << 26, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); if (p "
                "== MAP_FAILED) throw "
                "std::bad_alloc(); std::memset(p, 1, 1 << 26); }",
                Status::crash, "bad_alloc"},
        Misdeed{"Forks", "", "for (;;) fork();", Status::crash, "system call"},
        Misdeed{"StartsThreads", "#include <thread>\n", "std::thread([] {}).join();", Status::crash, ""},
        Misdeed{"Executes", "", "execl(\"/host\", \"host\", nullptr);", Status::crash, "execve"},
        Misdeed{"OpensAFile", "", "(void)open(\"/etc/passwd\", O_RDONLY);", Status::crash, "open"},
        Misdeed{"OpensASocket", "", "(void)socket(AF_INET, SOCK_STREAM, 0);", Status::crash, "socket"},
        Misdeed{"WritesGigabytes", "",
                "static char block[1 << 16]; for (;;) if (write(1, block, sizeof block) < 0) break;",
                Status::crash, "wrote more"},
        Misdeed{"KillsItsInit", "#include <signal.h>\n", "kill(1, SIGKILL);", Status::crash, "kill"},
        Misdeed{"ClosesTheConnection", "", "close(3); for (;;) pause();", Status::crash, ""},
        Misdeed{"ArmOutOfRange", "", "if (t == 3) return 10;", Status::invalid_output,
                "action 10 is not in 0 ... 9"},
        Misdeed{"NegativeArm", "", "return -1;", Status::invalid_output, "action -1"},
        Misdeed{"SendsNaN", frame_writer,
                "frame(18, 256, act(1, 32), std::string(256, '\\xff')); for (;;) sleep(1);",
                Status::protocol_violation, "dtype f64"},
        Misdeed{"WrongShape", frame_writer, "frame(18, 8, act(2, 2), std::string(8, 0)); for (;;) sleep(1);",
                Status::protocol_violation, "expected [32]"},
        Misdeed{"TooFewBytes", frame_writer,
                "frame(18, 8, act(2, 32), std::string(8, 0)); for (;;) sleep(1);", Status::protocol_violation,
                "larger than the bytes"},
        Misdeed{"OversizedHeader", frame_writer, "frame(0xffffffff, 0, \"\", \"\"); for (;;) sleep(1);",
                Status::protocol_violation, "header of 4294967295"},
        Misdeed{"OversizedPayload", frame_writer,
                "frame(18, 0xfffffffffffffff8ull, act(2, 32), \"\"); for (;;) sleep(1);",
                Status::protocol_violation, "bytes of tensors"},
        Misdeed{"HalfAMessage", frame_writer, "frame(18, 128, act(2, 32), \"\"); _exit(0);",
                Status::protocol_violation, "exited (code 0)"},
        Misdeed{"Garbage", "", "(void)!write(3, \"GET / HTTP/1.1\\r\\n\\r\\n\", 18); for (;;) sleep(1);",
                Status::protocol_violation, "MLS1"},
        Misdeed{"TooManyMessages", frame_writer,
                "static char seen[1 << 16]; for (int i = 0; i < 5001; ++i) { frame(18, 128, act(2, 32), "
                "std::string(128, 0)); (void)!read(3, "
                "seen, sizeof seen); } _exit(0);",
                Status::protocol_violation, "'act' where 'ended'"},
        Misdeed{"WrongKind", frame_writer,
                "frame(9, 0, \"\\x93\\xa5\" \"ended\" \"\\x80\\x90\", \"\"); for (;;) sleep(1);",
                Status::protocol_violation, "'ended' where 'act'"},
        Misdeed{
            "PrintsAFakeResult", "#include <cstdio>\n",
            "if (t == 1) { std::puts(\"{\\\"status\\\":\\\"ok\\\",\\\"metrics\\\":{\\\"regret\\\":0.0}}\"); "
            "std::fflush(stdout); _exit(0); }",
            Status::protocol_violation, "exited (code 0)"}),
    [](const testing::TestParamInfo<Misdeed>& info) { return std::string(info.param.name); });

TEST_F(Hostile, TheStartMethodIsFine) {
  const Places places = default_places();
  const Evaluation evaluation =
      evaluate_source(read_file(task::find(places.root, "optimization-online-bandit").folder / "method.cpp"));
  EXPECT_EQ(evaluation.runs.front().status, Status::ok) << evaluation.runs.front().message;
  EXPECT_GT(evaluation.runs.front().metrics.at("regret"), 0);
}

TEST_F(Hostile, BinaryGarbageIsRejectedUncompiled) {
  std::string garbage(1000, '\0');
  for (std::size_t i = 0; i < garbage.size(); ++i) garbage[i] = static_cast<char>(i * 37);
  const Evaluation evaluation = evaluate_source(garbage);
  EXPECT_EQ(evaluation.runs.front().status, Status::rejected);
}

// The same bytes give the same bits, in fresh processes and in any order.
TEST_F(Hostile, TheSameRunTwiceGivesTheSameBits) {
  const Places places = default_places();
  const task::Task task = task::find(places.root, "optimization-online-bandit");
  Options options;
  options.max_seeds = 2;
  options.fresh = true;
  const Method method = load_method(task.folder / "baselines" / "thompson.cpp");
  const Evaluation first = evaluate(places, task, method, options, {});
  options.jobs = 1;
  const Evaluation second = evaluate(places, task, method, options, {});
  ASSERT_EQ(first.runs.size(), second.runs.size());
  for (std::size_t i = 0; i < first.runs.size(); ++i) {
    EXPECT_EQ(first.runs[i].status, Status::ok);
    EXPECT_EQ(first.runs[i].metrics, second.runs[i].metrics);
  }
}

}  // namespace
}  // namespace mls::evaluate
