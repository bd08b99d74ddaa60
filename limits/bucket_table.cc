#include "limits/bucket_table.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace limits {
namespace {

constexpr std::size_t kFewestPlaces = 8;

std::size_t shard_of(const Hash128& key) { return key.first % kShards; }

// Where the key is, or the free place where it would be.
template <typename Places>
auto find_place(Places& places, const Hash128& key) {
  const std::size_t mask = places.size() - 1;
  std::size_t place = key.second & mask;
  while (places[place].full_at != 0 && !(places[place].key == key)) {
    place = (place + 1) & mask;
  }
  return &places[place];
}

}  // namespace

BucketTable::BucketTable(std::size_t max_keys)
    : max_in_shard_(std::max<std::size_t>(max_keys / kShards, 1)) {}

std::int64_t BucketTable::full_at(const Hash128& key) const {
  const std::vector<Bucket>& places = shards_[shard_of(key)].places;
  return places.empty() ? 0 : find_place(places, key)->full_at;
}

void BucketTable::set(const Hash128& key, std::int64_t full_at,
                      std::int64_t now) {
  if (full_at <= 0) return;
  Shard& shard = shards_[shard_of(key)];
  if (!shard.places.empty()) {
    Bucket* place = find_place(shard.places, key);
    if (place->full_at != 0) {
      place->full_at = full_at;
      return;
    }
  }
  if ((shard.used + 1) * 4 > shard.places.size() * 3 ||
      shard.used >= max_in_shard_) {
    rebuild(shard, now);
  }
  *find_place(shard.places, key) = {key, full_at};
  ++shard.used;
  ++size_;
}

void BucketTable::rebuild(Shard& shard, std::int64_t now) {
  std::vector<Bucket> kept;
  kept.reserve(shard.used);
  for (const Bucket& bucket : shard.places) {
    if (bucket.full_at > now) kept.push_back(bucket);
  }
  if (kept.size() >= max_in_shard_) {
    const std::size_t surplus = std::max<std::size_t>(kept.size() / 4, 1);
    const auto first_kept = kept.begin() + static_cast<std::ptrdiff_t>(surplus);
    std::nth_element(
        kept.begin(), first_kept - 1, kept.end(),
        [](const Bucket& a, const Bucket& b) { return a.full_at < b.full_at; });
    kept.erase(kept.begin(), first_kept);
    evicted_ += surplus;
  }
  std::vector<Bucket> places(
      std::bit_ceil(std::max(kFewestPlaces, (kept.size() + 1) * 2)));
  for (const Bucket& bucket : kept) {
    *find_place(places, bucket.key) = bucket;
  }
  size_ -= shard.used - kept.size();
  shard.used = kept.size();
  shard.places = std::move(places);
}

void BucketTable::sweep(std::size_t shard, std::int64_t now) {
  Shard& swept = shards_[shard];
  std::size_t full = 0;
  for (const Bucket& bucket : swept.places) {
    full += bucket.full_at != 0 && bucket.full_at <= now ? 1U : 0U;
  }
  if (full * 4 < swept.used || full == 0) return;
  if (full == swept.used) {
    size_ -= swept.used;
    swept = {};
    return;
  }
  rebuild(swept, now);
}

std::vector<Bucket> BucketTable::live(std::size_t shard,
                                      std::int64_t now) const {
  std::vector<Bucket> found;
  found.reserve(shards_[shard].used);
  for (const Bucket& bucket : shards_[shard].places) {
    if (bucket.full_at > now) found.push_back(bucket);
  }
  return found;
}

}  // namespace limits
