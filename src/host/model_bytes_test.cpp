#include "host/model_bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mls::host {
namespace {

TEST(ModelBytes, GiveBackWhatWasPut) {
  const std::vector<float> weights{1.5F, -2.0F, std::numeric_limits<float>::infinity()};
  const auto bytes = ModelWriter().put(std::int32_t{7}).put(std::span<const float>(weights)).put(-0.0).take();
  EXPECT_EQ(bytes.size(), 4U + 3 * 4 + 8);
  ModelReader reader(bytes);
  EXPECT_EQ(reader.get<std::int32_t>(), 7);
  std::vector<float> read(3);
  reader.get(std::span(read));
  EXPECT_EQ(read, weights);
  EXPECT_TRUE(std::signbit(reader.get<double>()));
  EXPECT_EQ(reader.left(), 0U);
}

TEST(ModelBytes, EndWhereTheyEnd) {
  const auto bytes = ModelWriter().put(std::int16_t{1}).take();
  ModelReader reader(bytes);
  EXPECT_THROW((void)reader.get<std::int32_t>(), std::out_of_range);
  EXPECT_EQ(reader.left(), 2U);
  EXPECT_EQ(ModelReader({}).left(), 0U);
}

}  // namespace
}  // namespace mls::host
