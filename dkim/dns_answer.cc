#include "dkim/dns_answer.h"

#include <algorithm>
#include <cstddef>

#include "dkim/limits.h"

namespace dkim {
namespace {

constexpr std::uint16_t kTypeSoa = 6;
constexpr std::uint16_t kTypeTxt = 16;
constexpr std::uint16_t kClassIn = 1;

// Reads forward; a read behind the end makes it fail for good.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}
  bool failed() const { return failed_; }

  std::uint8_t octet() {
    const std::string_view one = octets(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
  }
  std::uint16_t two() {
    const unsigned high = octet();
    return static_cast<std::uint16_t>(high << 8U | octet());
  }
  std::uint32_t four() {
    const std::uint32_t high = two();
    return high << 16U | two();
  }
  std::string_view octets(std::size_t size) {
    if (failed_ || message_.size() - at_ < size) {
      failed_ = true;
      return {};
    }
    at_ += size;
    return message_.substr(at_ - size, size);
  }
  // A name is skipped, never read; a compression pointer ends it.
  void skip_name() {
    while (!failed_) {
      const std::uint8_t length = octet();
      if (length == 0) return;
      if ((length & 0xc0U) == 0xc0U) {
        octet();
        return;
      }
      octets(length);
    }
  }

 private:
  std::string_view message_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

struct Record {
  std::uint16_t type = 0;
  std::uint16_t record_class = 0;
  std::uint32_t ttl = 0;
  std::string_view data;
};

Record read_record(Reader& reader) {
  Record record;
  reader.skip_name();
  record.type = reader.two();
  record.record_class = reader.two();
  record.ttl = reader.four();
  record.data = reader.octets(reader.two());
  return record;
}

std::string join_strings(std::string_view data) {
  std::string text;
  while (!data.empty()) {
    const auto length = static_cast<unsigned char>(data.front());
    data.remove_prefix(1);
    text.append(data.substr(0, length));
    data.remove_prefix(std::min<std::size_t>(length, data.size()));
  }
  return text;
}

// RFC 2308 5: the lesser of the SOA's TTL and its MINIMUM field, which is the
// last four octets.
std::uint32_t negative_ttl(const Record& soa) {
  if (soa.data.size() < 20) return 0;
  Reader minimum(soa.data.substr(soa.data.size() - 4));
  return std::min(soa.ttl, minimum.four());
}

}  // namespace

std::optional<DnsAnswer> parse_dns_answer(std::string_view message) {
  Reader reader(message);
  DnsAnswer answer;
  reader.two();  // ID
  answer.rcode = reader.two() & 0x0fU;
  const unsigned questions = reader.two();
  const unsigned answers = reader.two();
  const unsigned authorities = reader.two();
  reader.two();  // additional records, not read
  for (unsigned i = 0; i < questions && !reader.failed(); ++i) {
    reader.skip_name();
    reader.four();
  }
  std::uint32_t least = UINT32_MAX;
  for (unsigned i = 0; i < answers && !reader.failed(); ++i) {
    const Record record = read_record(reader);
    if (reader.failed() || record.record_class != kClassIn) continue;
    least = std::min(least, record.ttl);
    if (record.type == kTypeTxt && answer.texts.size() < kMaxTextRecords) {
      answer.texts.push_back(join_strings(record.data));
    }
  }
  if (!answer.texts.empty()) {
    answer.ttl = least;
  } else {
    for (unsigned i = 0; i < authorities && !reader.failed(); ++i) {
      const Record record = read_record(reader);
      if (!reader.failed() && record.type == kTypeSoa) {
        answer.ttl = std::min(least, negative_ttl(record));
      }
    }
  }
  if (reader.failed()) return std::nullopt;
  return answer;
}

}  // namespace dkim
