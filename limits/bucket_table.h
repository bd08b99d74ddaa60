#pragma once

// Buckets by the hash of their name: what the embedded store keeps in memory.
//
// A bucket whose time has come is full, and a full bucket is none: it may go
// whenever the table likes.  Open addressing in kShards small tables, each of
// which is made anew when it grows; what is full stays behind then.  When a
// shard has reached its share of the bound, the quarter that is full again
// first goes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "limits/limits.h"
#include "limits/sip_hash.h"

namespace limits {

struct Bucket {
  Hash128 key;
  std::int64_t full_at = 0;  // 0: a free place
};

class BucketTable {
 public:
  explicit BucketTable(std::size_t max_keys);

  // 0 when there is none.
  std::int64_t full_at(const Hash128& key) const;
  // `now` tells which buckets are full.
  void set(const Hash128& key, std::int64_t full_at, std::int64_t now);

  // Of one shard: drops the full ones where that gives memory back.
  void sweep(std::size_t shard, std::int64_t now);
  // Of one shard: those that are not full.
  std::vector<Bucket> live(std::size_t shard, std::int64_t now) const;

  // All buckets, the full ones that were not dropped yet among them.
  std::size_t size() const { return size_; }
  // How many went because of the bound.
  std::uint64_t evicted() const { return evicted_; }

 private:
  struct Shard {
    std::vector<Bucket> places;  // a power of two of them, or none
    std::size_t used = 0;
  };

  void rebuild(Shard& shard, std::int64_t now);

  std::size_t max_in_shard_;
  std::size_t size_ = 0;
  std::uint64_t evicted_ = 0;
  std::array<Shard, kShards> shards_;
};

}  // namespace limits
