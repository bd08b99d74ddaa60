#include "limits/bucket_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/signals.h"
#include "limits/limits.h"

namespace limits {
namespace {

void close_file(int& file) {
  if (file >= 0) close(file);
  file = -1;
}

}  // namespace

BucketWriter::BucketWriter(const StateDirectory& directory, Tell tell)
    : directory_(directory),
      tell_(std::move(tell)),
      journal_number_(directory.newest_journal()) {
  begin_journal();
  const daemons::BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

BucketWriter::~BucketWriter() {
  push(Step::kStop, {});
  thread_.join();
  close_file(journal_);
  close_file(snapshot_);
}

void BucketWriter::append(std::vector<Bucket> buckets) {
  push(Step::kAppend, std::move(buckets));
}
void BucketWriter::begin_snapshot() {
  failed_ = false;
  push(Step::kBegin, {});
}
void BucketWriter::add_to_snapshot(std::vector<Bucket> buckets) {
  push(Step::kAdd, std::move(buckets));
}
void BucketWriter::end_snapshot() { push(Step::kEnd, {}); }

bool BucketWriter::is_idle() const {
  const std::lock_guard lock(mutex_);
  return jobs_.empty() && !is_at_work_;
}

bool BucketWriter::journal_is_long() const {
  return journal_octets_ >
         std::max<std::uint64_t>(kMinJournalOctets, 2 * snapshot_octets_);
}

void BucketWriter::push(Step step, std::vector<Bucket> buckets) {
  {
    const std::lock_guard lock(mutex_);
    if (step == Step::kAppend && waiting_ + buckets.size() > kMaxUnwritten) {
      failed_ = true;
      return;
    }
    waiting_ += buckets.size();
    jobs_.push_back({step, std::move(buckets)});
  }
  pushed_.notify_one();
}

void BucketWriter::run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      is_at_work_ = false;
      pushed_.wait(lock, [this] { return !jobs_.empty(); });
      job = std::move(jobs_.front());
      jobs_.pop_front();
      waiting_ -= job.buckets.size();
      is_at_work_ = true;
    }
    if (job.step == Step::kStop) {
      if (journal_ >= 0) fdatasync(journal_);
      return;
    }
    carry_out(job);
  }
}

bool BucketWriter::carry_out(const Job& job) {
  switch (job.step) {
    case Step::kAppend:
      // Without a journal it is in the next snapshot.
      return journal_ < 0 || write_to(journal_, job.buckets, journal_octets_) ||
             fail(directory_.journal(journal_number_));
    case Step::kBegin: {
      close_file(snapshot_);
      if (!begin_journal()) return false;
      const std::string path = directory_.path_of("snapshot.new");
      snapshot_ =
          open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      new_snapshot_octets_ = 0;
      return (snapshot_ >= 0 && write_all(snapshot_, bucket_file_header())) ||
             fail(path);
    }
    case Step::kAdd:
      return snapshot_ < 0 ||
             write_to(snapshot_, job.buckets, new_snapshot_octets_) ||
             fail(directory_.path_of("snapshot.new"));
    case Step::kEnd:
      return snapshot_ < 0 || finish_snapshot() ||
             fail(directory_.path_of("snapshot"));
    case Step::kStop:
      break;
  }
  return true;
}

bool BucketWriter::begin_journal() {
  close_file(journal_);
  ++journal_number_;
  const std::string path = directory_.journal(journal_number_);
  journal_ = open(path.c_str(),
                  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  journal_octets_ = 0;
  return (journal_ >= 0 && write_all(journal_, bucket_file_header())) ||
         fail(path);
}

bool BucketWriter::write_to(int file, const std::vector<Bucket>& buckets,
                            std::atomic<std::uint64_t>& octets) {
  std::string records;
  append_records(directory_.key(), buckets, records);
  octets += records.size();
  return write_all(file, records);
}

bool BucketWriter::finish_snapshot() {
  const std::string path = directory_.path_of("snapshot");
  if (fsync(snapshot_) != 0 ||
      rename((path + ".new").c_str(), path.c_str()) != 0 ||
      !sync_directory(directory_.path_of("."))) {
    return false;
  }
  close_file(snapshot_);
  directory_.remove_journals_before(journal_number_);
  snapshot_octets_ = new_snapshot_octets_.load();
  if (std::exchange(told_, false)) {
    tell_("what is spent is written to the disk again");
  }
  return true;
}

bool BucketWriter::fail(const std::string& path) {
  const int reason = errno;
  if (!std::exchange(told_, true)) {
    tell_(path + ": " + std::strerror(reason) +
          "; what is spent from now on is forgotten at a restart");
  }
  close_file(journal_);
  close_file(snapshot_);
  failed_ = true;
  return false;
}

}  // namespace limits
