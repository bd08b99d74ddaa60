#pragma once

// Buckets in files: a header, and records of 32 octets, each with a check of
// its own.
//
// A record that is damaged is passed over and the next one is at its place all
// the same; a last one that is cut short is none.  A bucket only ever becomes
// full later, so of several records of one the latest time counts, and files
// may be read in any order and twice.
//
// The record of the key zero is no bucket but the time of its writing: when
// the clock stands before it, the clock was set back.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "limits/bucket_table.h"
#include "limits/sip_hash.h"

namespace limits {

inline constexpr std::size_t kRecordOctets = 32;

// The same number of octets as a record.
std::string_view bucket_file_header();

// Appends records to `octets`.
void append_records(const SipKey& key, const std::vector<Bucket>& buckets,
                    std::string& octets);
Bucket time_record(std::int64_t now);

struct BucketFileResult {
  std::size_t records = 0;      // good ones
  std::size_t damaged = 0;      // records, a cut one and the header included
  std::int64_t written_at = 0;  // the latest time record
  std::string error;  // of the system, when it could not be read to its end
};

BucketFileResult read_bucket_file(
    const std::string& path, const SipKey& key,
    const std::function<void(const Bucket&)>& take);

}  // namespace limits
