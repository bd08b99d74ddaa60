#pragma once

// Writes buckets to the state directory, in a thread of its own: a disk that
// is slow or full delays no answer.
//
// When something cannot be written (a full disk), that is told once, the
// journal is given up, and failed() stays true until a snapshot, which holds
// everything, has come to its end.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "limits/bucket_file.h"
#include "limits/state_directory.h"

namespace limits {

class BucketWriter {
 public:
  // Begins a journal.  `tell` is called from any thread, with a line for the
  // log.  Both outlive the writer.
  using Tell = std::function<void(const std::string& line)>;
  BucketWriter(const StateDirectory& directory, Tell tell);
  // Writes what waits.
  ~BucketWriter();
  BucketWriter(const BucketWriter&) = delete;
  BucketWriter& operator=(const BucketWriter&) = delete;

  // To the journal.
  void append(std::vector<Bucket> buckets);
  // A new journal begins now; everything that is not full then has to be
  // added.  With the end the snapshot takes the place of the last one.
  void begin_snapshot();
  void add_to_snapshot(std::vector<Bucket> buckets);
  void end_snapshot();

  bool failed() const { return failed_; }
  // Nothing waits.  A snapshot is begun only then, so that a disk that is stuck
  // does not make copies of the table pile up.
  bool is_idle() const;
  // The journal has become much larger than the snapshot.
  bool journal_is_long() const;

 private:
  enum class Step : std::uint8_t { kAppend, kBegin, kAdd, kEnd, kStop };
  struct Job {
    Step step;
    std::vector<Bucket> buckets;
  };

  void push(Step step, std::vector<Bucket> buckets);
  void run();
  bool carry_out(const Job& job);
  bool begin_journal();
  bool write_to(int file, const std::vector<Bucket>& buckets,
                std::atomic<std::uint64_t>& octets);
  bool finish_snapshot();
  bool fail(const std::string& path);

  const StateDirectory& directory_;
  Tell tell_;
  mutable std::mutex mutex_;
  std::condition_variable pushed_;
  std::deque<Job> jobs_;
  std::size_t waiting_ = 0;  // buckets in jobs_
  bool is_at_work_ = true;
  std::atomic<bool> failed_ = false;
  std::atomic<std::uint64_t> journal_octets_ = 0;
  std::atomic<std::uint64_t> snapshot_octets_ = 0;
  // The thread's own.
  int journal_ = -1;
  std::uint64_t journal_number_;
  int snapshot_ = -1;
  bool told_ = false;
  std::atomic<std::uint64_t> new_snapshot_octets_ = 0;
  std::thread thread_;
};

}  // namespace limits
