#pragma once

// Buckets on their way to the disk, each once where that is cheap to see.
//
// One bucket is spent from again and again between two flushes: the cap of the
// whole relay by every message, a network's by all who share an address.  Only
// its last state has to be written.  Where a bucket was put last is remembered
// for a few thousand of them; one that is not found is written twice, which
// the reader does not mind.

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "limits/bucket_table.h"

namespace limits {

class UnwrittenBuckets {
 public:
  void add(const Bucket& bucket) {
    std::uint32_t& place = places_[bucket.key.first % kPlaces];
    if (place < buckets_.size() && buckets_[place].key == bucket.key) {
      buckets_[place].full_at = bucket.full_at;
      return;
    }
    place = static_cast<std::uint32_t>(buckets_.size());
    buckets_.push_back(bucket);
  }

  bool empty() const { return buckets_.empty(); }
  std::vector<Bucket> take() { return std::exchange(buckets_, {}); }

 private:
  static constexpr std::size_t kPlaces = 4096;

  std::vector<Bucket> buckets_;
  std::array<std::uint32_t, kPlaces> places_{};  // in buckets_; may be stale
};

}  // namespace limits
