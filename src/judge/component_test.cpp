#include "judge/component.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "judge/testing/host_ahead.hpp"

namespace mls::judge {
namespace {

const std::vector<float> input{1, 2, 3, 4, 5, 6};
const Shape shape{2, 3};

class ComponentsTest : public HostAhead {
 protected:
  void share_memory() {
    const int file = ::memfd_create("test", MFD_CLOEXEC);
    ASSERT_EQ(::ftruncate(file, static_cast<off_t>(ExchangeMemory::file_bytes)), 0);
    ASSERT_GE(::dup2(file, ExchangeMemory::first_judge_descriptor), 0);
    memory_ = ExchangeMemory(file, ExchangeMemory::Side::host);
  }

  Components components(bool with_memory) {
    const std::vector<std::int64_t> none;
    const std::vector<std::int64_t> no_buffers{0};
    const std::vector<std::uint8_t> no_decay;
    Message declared("declared");
    declared.add("sizes", none).add("layers", none).add("decay", no_decay).add("buffers", no_buffers);
    declared.add("values", std::vector<float>{});
    if (with_memory) declared.set("memory", true);
    host_.send(declared);
    Message begin("begin");
    begin.set("layers", 1);
    return {link_, begin, {{.parameters = 0, .buffers = 0}}};
  }

  void reply_by_memory(const std::vector<float>& y, const Shape& claimed) {
    std::ranges::copy(y, memory_.outgoing().begin());
    host_.send(Message("output").add("y", claimed));
  }

  /// The next call's answer.
  static std::vector<float> forward(Components& components) {
    std::vector<float> y(input.size());
    components.forward(0, {input, shape}, {y, shape}, false);
    return y;
  }

  ExchangeMemory memory_;  // the host's view of it
};

TEST_F(ComponentsTest, NeedNothingButTheSocket) {
  share_memory();
  Components asking = components(false);
  const std::vector<float> y{6, 5, 4, 3, 2, 1};
  host_.send(Message("output").add("y", y, shape));
  EXPECT_EQ(forward(asking), y);
  (void)host_.receive();  // begin
  EXPECT_TRUE(std::ranges::equal(host_.receive().values<float>("x", shape), input));
}

TEST_F(ComponentsTest, UseMemoryOnceTheHostHasIt) {
  share_memory();
  Components asking = components(true);
  const std::vector<float> y{6, 5, 4, 3, 2, 1};
  reply_by_memory(y, shape);
  EXPECT_EQ(forward(asking), y);
  (void)host_.receive();  // begin
  EXPECT_TRUE(std::ranges::equal(host_.receive().values<std::int64_t>("x"), shape));
  EXPECT_TRUE(std::ranges::equal(memory_.incoming().first(input.size()), input));
}

TEST_F(ComponentsTest, RefuseWhatIsWrongInMemory) {
  share_memory();
  Components asking = components(true);
  reply_by_memory(input, {3, 2});
  EXPECT_THROW((void)forward(asking), ProtocolError);
  reply_by_memory(input, {2, 3, 1});
  EXPECT_THROW((void)forward(asking), ProtocolError);
  std::vector<float> infinite = input;
  infinite.back() = std::numeric_limits<float>::infinity();
  reply_by_memory(infinite, shape);
  EXPECT_THROW((void)forward(asking), ProtocolError);
}

TEST_F(ComponentsTest, AskNothingOfANetworkThatHasLeftTheFiniteNumbers) {
  share_memory();
  for (const bool with_memory : {false, true}) {
    Components asking = components(with_memory);
    (void)host_.receive();  // begin
    std::vector<float> spoilt = input;
    spoilt.back() = std::numeric_limits<float>::infinity();
    std::vector<float> answer(input.size());
    EXPECT_THROW(asking.forward(0, {spoilt, shape}, {answer, shape}, true), Divergence);
    EXPECT_THROW(asking.backward(0, {spoilt, shape}, {answer, shape}), Divergence);
    asking.forget(0);
    EXPECT_EQ(host_.receive().kind(), "forget") << "nothing else was sent";
  }
}

TEST_F(ComponentsTest, RefuseAShapeWithoutMemory) {
  Components asking = components(true);
  host_.send(Message("output").add("y", shape));
  EXPECT_THROW((void)forward(asking), ProtocolError);
}

}  // namespace
}  // namespace mls::judge
