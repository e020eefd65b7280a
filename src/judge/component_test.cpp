#include "judge/component.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "judge/magnitude.hpp"
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

  /// One layer with as many learned numbers as there are `values`.
  Components components(bool with_memory, const std::vector<float>& values = {}) {
    const auto count = static_cast<std::int64_t>(values.size());
    const std::vector<std::int64_t> sizes(values.empty() ? 0 : 1, count);
    const std::vector<std::int64_t> layer_of(sizes.size(), 0);
    const std::vector<std::uint8_t> decay(sizes.size(), 0);
    const std::vector<std::int64_t> no_buffers{0};
    Message declared("declared");
    declared.add("sizes", sizes).add("layers", layer_of).add("decay", decay).add("buffers", no_buffers);
    declared.add("values", values);
    if (with_memory) declared.set("memory", true);
    host_.send(declared);
    Message begin("begin");
    begin.set("layers", 1);
    return {link_, begin, {{.parameters = count, .buffers = 0}}};
  }

  /// Begins at `place` of the host's half, or is only said to.
  void reply_by_memory(const std::vector<float>& y, std::int64_t place, const Shape& claimed) {
    if (place >= 0 && std::cmp_less(place, memory_.outgoing().size() - y.size()))
      std::ranges::copy(y, memory_.outgoing().begin() + place);
    Shape placed{place};
    placed.insert(placed.end(), claimed.begin(), claimed.end());
    host_.send(Message("output").add("y", placed));
  }

  void reply(const char* kind, const char* name, const std::vector<float>& values) {
    host_.send(Message(kind).add(name, values, shape));
  }

  /// A training call, answered, whose number is returned.
  std::int64_t train(Components& components) {
    std::vector<float> y(input.size());
    reply("output", "y", input);
    (void)components.forward(0, {input, shape}, {y, shape}, true);
    return components.last_call();
  }
  /// Its gradient; `values` come with the answer unless there are none.
  void go_back(Components& components, std::int64_t call, const std::vector<float>& values) {
    Message answer("input_gradient");
    answer.add("gradient", input, shape);
    if (!values.empty()) answer.add("values", values);
    host_.send(answer);
    std::vector<float> gradient(input.size());
    components.backward(call, {input, shape}, {gradient, shape});
  }
  /// Where x of the next message begins.
  std::int64_t place_received() { return host_.receive().values<std::int64_t>("x").front(); }

  /// The next call's answer.
  static std::vector<float> forward(Components& components) {
    std::vector<float> y(input.size());
    const float largest = components.forward(0, {input, shape}, {y, shape}, false);
    EXPECT_EQ(largest, largest_magnitude(y));
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
  (void)host_.receive();  // begin
  const std::vector<float> y{6, 5, 4, 3, 2, 1};
  for (const std::int64_t place : {std::int64_t{0}, std::int64_t{5'000'000}}) {
    reply_by_memory(y, place, shape);
    EXPECT_EQ(forward(asking), y);
    EXPECT_TRUE(std::ranges::equal(host_.receive().values<std::int64_t>("x"), Shape{0, 2, 3}));
    EXPECT_TRUE(std::ranges::equal(memory_.incoming().first(input.size()), input));
  }
}

TEST_F(ComponentsTest, RefuseWhatIsWrongInMemory) {
  share_memory();
  Components asking = components(true);
  const auto end = static_cast<std::int64_t>(memory_.outgoing().size());
  for (const Shape& claimed : {Shape{3, 2}, Shape{2, 3, 1}, Shape{}}) {
    reply_by_memory(input, 0, claimed);
    EXPECT_THROW((void)forward(asking), ProtocolError) << to_string(claimed);
  }
  for (const std::int64_t place :
       {std::int64_t{-1}, end - 5, end, end + 1, std::numeric_limits<std::int64_t>::max(),
        std::numeric_limits<std::int64_t>::min()}) {
    reply_by_memory(input, place, shape);
    EXPECT_THROW((void)forward(asking), ProtocolError) << place;
  }
  host_.send(Message("output").add("y", Shape{}));
  EXPECT_THROW((void)forward(asking), ProtocolError);
  std::vector<float> infinite = input;
  infinite.back() = std::numeric_limits<float>::infinity();
  reply_by_memory(infinite, 0, shape);
  EXPECT_THROW((void)forward(asking), ProtocolError);
}

TEST_F(ComponentsTest, LeaveTheInputOfACallInPlaceUntilItHasEnded) {
  share_memory();
  Components asking = components(true);
  (void)host_.receive();  // begin
  const std::int64_t first = train(asking);
  const std::int64_t place = place_received();
  EXPECT_GE(place, static_cast<std::int64_t>(ExchangeMemory::passing_floats));
  const std::int64_t second = train(asking);
  EXPECT_GE(place_received(), place + static_cast<std::int64_t>(input.size()));
  asking.forget(second);
  go_back(asking, first, {});
  EXPECT_EQ(host_.receive().kind(), "forget");
  EXPECT_EQ(host_.receive().values<std::int64_t>("gradient").front(), 0) << "what passes lies elsewhere";
  EXPECT_TRUE(
      std::ranges::equal(memory_.incoming().subspan(static_cast<std::size_t>(place), input.size()), input));
  (void)train(asking);
  EXPECT_EQ(place_received(), place) << "the place of a call that has ended";
}

TEST_F(ComponentsTest, TellParametersWithTheNextCall) {
  Components asking = components(false, {7, 8});
  (void)host_.receive();  // begin
  (void)train(asking);
  EXPECT_FALSE(host_.receive().has("values")) << "the host has declared them";
  asking.values()[0] = 9;
  asking.publish();
  (void)train(asking);
  EXPECT_TRUE(std::ranges::equal(host_.receive().values<float>("values"), std::vector<float>{9, 8}));
  (void)train(asking);
  EXPECT_FALSE(host_.receive().has("values"));
}

TEST_F(ComponentsTest, CollectGradientsOfAllCallsSinceTheLastTime) {
  Components asking = components(false, {7, 8});
  const auto collected = [&] {
    const std::span<const float> gradients = asking.collect_gradients();
    return std::vector<float>(gradients.begin(), gradients.end());
  };
  go_back(asking, train(asking), {1, 2});
  go_back(asking, train(asking), {10, 20});
  EXPECT_EQ(collected(), (std::vector<float>{11, 22})) << "came with the calls";
  go_back(asking, train(asking), {1, 1});
  EXPECT_EQ(collected(), (std::vector<float>{1, 1})) << "and anew";
  // A call is still open: the host keeps what it has until asked.
  go_back(asking, train(asking), {});
  const std::vector<float> kept{3, 4};
  host_.send(Message("gradients").add("values", kept));
  EXPECT_EQ(collected(), kept);
  host_.send(Message("gradients").add("values", kept));
  EXPECT_EQ(collected(), kept) << "nothing came: asked";
}

TEST_F(ComponentsTest, RefuseGradientsThatAreTooManyOrNotFinite) {
  Components asking = components(false, {7, 8});
  EXPECT_THROW(go_back(asking, train(asking), {1, 2, 3}), ProtocolError);
  EXPECT_THROW(go_back(asking, train(asking), {1, std::numeric_limits<float>::quiet_NaN()}), ProtocolError);
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
