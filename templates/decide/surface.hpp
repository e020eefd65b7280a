// What a method implements: what a full cache gives up for the page that is asked for. Read-only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace paging {

/// Serves one stream of requests, from an empty cache. Streams are drawn independently.
class Policy {
 public:
  virtual ~Policy() = default;
  /// Called for every request in turn, before anything else. Pages are numbered from 0 in no order.
  virtual void requested(int page, std::int64_t time) = 0;
  /// Called after `requested` when `page` is not among the `cached` ones and no slot is empty. Returns the
  /// slot 0 ... cached.size() - 1 that shall hold it.
  virtual int evict(std::span<const int> cached, int page) = 0;
};

/// A policy for a cache of `slots` pages out of `pages`.
std::unique_ptr<Policy> make_policy(int slots, int pages);

}  // namespace paging
