#pragma once

// The limits' buckets in this process.
//
// What is spent is in the journal on the disk half a second later, so that a
// restart, or kill -9, forgets no more than that.  A file that is damaged is
// told of and does not keep the service from its work; nor does a full disk.
//
// For one thread: questions are answered within the call.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "limits/bucket_table.h"
#include "limits/bucket_writer.h"
#include "limits/limit_store.h"
#include "limits/state_directory.h"
#include "limits/unwritten_buckets.h"

namespace limits {

struct EmbeddedStoreOptions {
  std::string directory;  // empty: nothing survives a restart
  std::size_t max_keys = kMaxLiveKeys;
  // Microseconds since the epoch; never goes back while the process lives.
  std::function<std::int64_t()> now;
  // A line for the log; from any thread.
  BucketWriter::Tell tell;
};

class EmbeddedStore final : public LimitStore {
 public:
  // nullptr and the reason in `error` when the directory cannot be used.
  static std::unique_ptr<EmbeddedStore> open(EmbeddedStoreOptions options,
                                             std::string& error);
  ~EmbeddedStore() override;

  std::optional<StoreAnswer> look(const std::vector<LimitUse>& uses,
                                  const Later& later) override;
  std::optional<StoreAnswer> spend(const std::vector<LimitUse>& uses,
                                   const Later& later) override;
  std::optional<StoreAnswer> give_back(const std::vector<LimitUse>& uses,
                                       const Later& later) override;
  bool answers_at_once() const override { return true; }
  void tick() override;
  std::size_t live_keys() const override { return table_.size(); }
  std::uint64_t evicted() const { return table_.evicted(); }

 private:
  explicit EmbeddedStore(EmbeddedStoreOptions options);
  void load();
  StoreAnswer ask(const std::vector<LimitUse>& uses, std::int64_t now);
  void flush(std::int64_t now);
  void go_on_with_snapshot(std::int64_t now);

  EmbeddedStoreOptions options_;
  BucketTable table_;
  SipKey key_{};
  std::unique_ptr<StateDirectory> directory_;  // null: nothing is written
  std::unique_ptr<BucketWriter> writer_;
  // Of the last question, by place: the bucket's name and when it is full.
  std::vector<Bucket> asked_;
  UnwrittenBuckets unwritten_;
  std::optional<std::size_t> saved_shards_;  // while a snapshot is written
  std::size_t next_swept_ = 0;
  std::int64_t retry_at_ = 0;
};

}  // namespace limits
