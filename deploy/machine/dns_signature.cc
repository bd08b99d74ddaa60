// When what a reply says was signed: the RRSIG (RFC 4034 3.1) of its SOA.

#include <cstddef>

#include "deploy/machine/dns.h"

namespace machine {
namespace {

constexpr std::size_t kHeader = 12;
constexpr unsigned kRrsig = 46;
constexpr unsigned kSoa = 6;

// A message from its beginning; what is behind the end makes it fail for good.
class Reader {
 public:
  explicit Reader(std::string_view octets) : octets_(octets) {}

  bool good() const { return at_ <= octets_.size(); }
  void skip(std::size_t count) { at_ += count; }
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (; size > 0; --size) {
      const bool is_there = at_ < octets_.size();
      value = value << 8U |
              (is_there ? static_cast<unsigned char>(octets_[at_]) : 0U);
      ++at_;
    }
    return value;
  }
  // A name, whole or with a pointer at its end (RFC 1035 4.1.4).
  void skip_name() {
    while (at_ < octets_.size()) {
      const std::uint32_t length = number(1);
      if (length == 0) return;
      if (length >= 0xC0U) return skip(1);
      skip(length);
    }
    skip(1);
  }

 private:
  std::string_view octets_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<SignaturePeriod> signature_period_in(std::string_view reply) {
  Reader reader(reply);
  reader.skip(4);
  const std::uint32_t questions = reader.number(2);
  const std::uint32_t answers = reader.number(2);
  reader.skip(kHeader - 8);
  for (std::uint32_t i = 0; i < questions && reader.good(); ++i) {
    reader.skip_name();
    reader.skip(4);
  }
  for (std::uint32_t i = 0; i < answers && reader.good(); ++i) {
    reader.skip_name();
    const std::uint32_t type = reader.number(2);
    reader.skip(6);  // class and TTL
    const std::uint32_t size = reader.number(2);
    Reader data = reader;
    reader.skip(size);
    if (!reader.good() || type != kRrsig) continue;
    const bool is_of_soa = data.number(2) == kSoa;
    data.skip(6);  // algorithm, labels, original TTL
    const std::int64_t until = data.number(4);
    const std::int64_t from = data.number(4);
    if (is_of_soa && data.good() && from < until)
      return SignaturePeriod{from, until};
  }
  return std::nullopt;
}

}  // namespace machine
