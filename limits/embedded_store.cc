#include "limits/embedded_store.h"

#include <sys/random.h>

#include <algorithm>
#include <utility>

namespace limits {

std::unique_ptr<EmbeddedStore> EmbeddedStore::open(EmbeddedStoreOptions options,
                                                   std::string& error) {
  std::unique_ptr<EmbeddedStore> store(new EmbeddedStore(std::move(options)));
  const std::string& path = store->options_.directory;
  if (path.empty()) {
    if (getrandom(store->key_.data(), store->key_.size(), 0) !=
        static_cast<ssize_t>(store->key_.size())) {
      error = "getrandom failed";
      return nullptr;
    }
    return store;
  }
  std::vector<std::string> warnings;
  store->directory_ = StateDirectory::open(path, error, warnings);
  if (store->directory_ == nullptr) return nullptr;
  store->key_ = store->directory_->key();
  for (const std::string& line : warnings) store->options_.tell(line);
  store->load();
  store->writer_ =
      std::make_unique<BucketWriter>(*store->directory_, store->options_.tell);
  return store;
}

EmbeddedStore::EmbeddedStore(EmbeddedStoreOptions options)
    : options_(std::move(options)), table_(options_.max_keys) {}

EmbeddedStore::~EmbeddedStore() {
  if (writer_ != nullptr) flush(options_.now());
}

void EmbeddedStore::load() {
  const std::int64_t now = options_.now();
  std::int64_t written_at = 0;
  const std::vector<std::string> files = directory_->bucket_files();
  for (const std::string& path : files) {
    const BucketFileResult result =
        read_bucket_file(path, key_, [&](const Bucket& bucket) {
          // What was given back is less than what was said before.
          if (bucket.full_at > now || table_.full_at(bucket.key) > now) {
            table_.set(bucket.key, bucket.full_at, now);
          }
        });
    written_at = std::max(written_at, result.written_at);
    if (result.damaged > 0) {
      options_.tell(path + ": " + std::to_string(result.damaged) +
                    " damaged records are passed over, " +
                    std::to_string(result.records) + " are good");
    }
    if (!result.error.empty()) options_.tell(path + ": " + result.error);
  }
  if (written_at > now) {
    // All times are ahead by as much as the clock was set back.
    options_.tell("the clock was set back by " +
                  std::to_string(seconds_rounded_up(written_at - now)) +
                  " s; limits are moved with it");
    BucketTable moved(options_.max_keys);
    for (std::size_t shard = 0; shard < kShards; ++shard) {
      for (const Bucket& bucket : table_.live(shard, written_at)) {
        moved.set(bucket.key, bucket.full_at - (written_at - now), now);
      }
    }
    table_ = std::move(moved);
  }
  // The files become one.
  if (files.size() > 1) saved_shards_ = 0;
}

StoreAnswer EmbeddedStore::ask(const std::vector<LimitUse>& uses,
                               std::int64_t now) {
  asked_.clear();
  StoreAnswer answer;
  std::int64_t longest = 0;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const Hash128 key = sip_hash(key_, uses[i].key);
    const GcraResult result =
        gcra(uses[i].rate, uses[i].cost, table_.full_at(key), now);
    asked_.push_back({key, result.full_at});
    if (result.wait > longest) {
      longest = result.wait;
      answer = {StoreAnswer::Kind::kTooMuch, i,
                seconds_rounded_up(result.wait)};
    }
  }
  return answer;
}

std::optional<StoreAnswer> EmbeddedStore::look(
    const std::vector<LimitUse>& uses, const Later&) {
  return ask(uses, options_.now());
}

std::optional<StoreAnswer> EmbeddedStore::spend(
    const std::vector<LimitUse>& uses, const Later&) {
  const std::int64_t now = options_.now();
  const StoreAnswer answer = ask(uses, now);
  if (answer.kind != StoreAnswer::Kind::kGranted) return answer;
  for (const Bucket& bucket : asked_) {
    table_.set(bucket.key, bucket.full_at, now);
    if (writer_ != nullptr) unwritten_.add(bucket);
  }
  return answer;
}

std::optional<StoreAnswer> EmbeddedStore::give_back(
    const std::vector<LimitUse>& uses, const Later&) {
  const std::int64_t now = options_.now();
  for (const LimitUse& use : uses) {
    const Hash128 key = sip_hash(key_, use.key);
    const std::int64_t before = table_.full_at(key);
    if (before <= now) continue;  // it is full
    const Bucket bucket{
        key, std::max(before - gcra_terms(use.rate, use.cost).added, now)};
    table_.set(bucket.key, bucket.full_at, now);
    if (writer_ != nullptr) unwritten_.add(bucket);
  }
  return StoreAnswer{};
}

void EmbeddedStore::flush(std::int64_t now) {
  if (unwritten_.empty()) return;
  std::vector<Bucket> buckets = unwritten_.take();
  buckets.push_back(time_record(now));
  writer_->append(std::move(buckets));
}

void EmbeddedStore::go_on_with_snapshot(std::int64_t now) {
  if (!saved_shards_) {
    const bool retries = writer_->failed() && now >= retry_at_;
    if (!retries && (writer_->failed() || !writer_->journal_is_long())) return;
    saved_shards_ = 0;
  }
  if (*saved_shards_ == 0) {
    if (!writer_->is_idle()) return;
    retry_at_ = now + std::chrono::microseconds(kDiskRetry).count();
    writer_->begin_snapshot();
  }
  for (std::size_t i = 0; i < kSavedShards && *saved_shards_ < kShards; ++i) {
    writer_->add_to_snapshot(table_.live((*saved_shards_)++, now));
  }
  if (*saved_shards_ < kShards) return;
  writer_->add_to_snapshot({time_record(now)});
  writer_->end_snapshot();
  saved_shards_.reset();
}

void EmbeddedStore::tick() {
  const std::int64_t now = options_.now();
  if (writer_ != nullptr) {
    flush(now);
    go_on_with_snapshot(now);
  }
  for (std::size_t i = 0; i < kSweptShards; ++i) {
    table_.sweep(next_swept_, now);
    next_swept_ = (next_swept_ + 1) % kShards;
  }
}

}  // namespace limits
