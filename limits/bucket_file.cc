#include "limits/bucket_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace limits {
namespace {

constexpr std::string_view kHeader = "chatmilter limits, version 1   \n";
static_assert(kHeader.size() == kRecordOctets);
constexpr std::size_t kCheckedOctets = 24;

// Compilers make one store of it.
void set_number(char* octets, std::uint64_t number) {
  for (int i = 0; i < 8; ++i, number >>= 8U) {
    octets[i] = static_cast<char>(number & 0xffU);
  }
}

std::uint64_t number_at(std::string_view octets, std::size_t place) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) {
    number = number << 8U | static_cast<unsigned char>(octets[place + i]);
  }
  return number;
}

}  // namespace

std::string_view bucket_file_header() { return kHeader; }

Bucket time_record(std::int64_t now) { return {{}, now}; }

void append_records(const SipKey& key, const std::vector<Bucket>& buckets,
                    std::string& octets) {
  octets.reserve(octets.size() + buckets.size() * kRecordOctets);
  for (const Bucket& bucket : buckets) {
    std::array<char, kRecordOctets> record;
    set_number(record.data(), bucket.key.first);
    set_number(record.data() + 8, bucket.key.second);
    set_number(record.data() + 16, static_cast<std::uint64_t>(bucket.full_at));
    set_number(record.data() + kCheckedOctets,
               sip_hash(key, {record.data(), kCheckedOctets}).first);
    octets.append(record.data(), record.size());
  }
}

BucketFileResult read_bucket_file(
    const std::string& path, const SipKey& key,
    const std::function<void(const Bucket&)>& take) {
  BucketFileResult result;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rbe"), std::fclose);
  if (file == nullptr) {
    result.error = std::strerror(errno);
    return result;
  }
  char octets[kRecordOctets];
  bool is_header = true;
  std::size_t count = 0;
  while ((count = std::fread(octets, 1, sizeof octets, file.get())) > 0) {
    const std::string_view record(octets, count);
    if (is_header) {
      is_header = false;
      result.damaged += record == kHeader ? 0U : 1U;
      continue;
    }
    if (count != kRecordOctets ||
        sip_hash(key, record.substr(0, kCheckedOctets)).first !=
            number_at(record, kCheckedOctets)) {
      ++result.damaged;
      continue;
    }
    const Bucket bucket{{number_at(record, 0), number_at(record, 8)},
                        static_cast<std::int64_t>(number_at(record, 16))};
    ++result.records;
    if (bucket.key == Hash128{}) {
      result.written_at = std::max(result.written_at, bucket.full_at);
    } else {
      take(bucket);
    }
  }
  if (std::ferror(file.get()) != 0) result.error = std::strerror(errno);
  return result;
}

}  // namespace limits
