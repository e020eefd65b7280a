#include "core/exchange_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace mls {
namespace {

int file_of(std::size_t bytes) {
  const int file = ::memfd_create("test", MFD_CLOEXEC);
  EXPECT_EQ(::ftruncate(file, static_cast<off_t>(bytes)), 0);
  return file;
}

TEST(ExchangeMemory, WhatOneSideWritesTheOtherReads) {
  const int file = file_of(ExchangeMemory::file_bytes);
  const ExchangeMemory judge(::dup(file), ExchangeMemory::Side::judge);
  ExchangeMemory moved(file, ExchangeMemory::Side::host);
  const ExchangeMemory host = std::move(moved);
  judge.outgoing().front() = 1;
  judge.outgoing().back() = 2;
  host.outgoing().front() = 3;
  EXPECT_EQ(host.incoming().front(), 1);
  EXPECT_EQ(host.incoming().back(), 2);
  EXPECT_EQ(judge.incoming().front(), 3);
  EXPECT_EQ(judge.outgoing().size() + host.outgoing().size(), ExchangeMemory::file_bytes / sizeof(float));
}

TEST(ExchangeMemory, ThereIsNoneBehindAnythingElse) {
  const int shorter = file_of(ExchangeMemory::file_bytes - 1);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  for (const int descriptor : {-1, shorter, ends[0]}) {
    const ExchangeMemory none(descriptor, ExchangeMemory::Side::judge);
    EXPECT_FALSE(none.exists());
    EXPECT_TRUE(none.outgoing().empty());
  }
  for (const int descriptor : {shorter, ends[0], ends[1]}) ::close(descriptor);
}

}  // namespace
}  // namespace mls
