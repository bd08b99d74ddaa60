#pragma once

// What the DNS says, as records in the words of a zone file.
//
// Asked from the root servers on by a resolver of this process, so that no
// cache of the host or of its provider stands between; or of the forwarders
// that are named.  CNAMEs are followed.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace machine {

enum class DnsType : std::uint16_t {
  kA = 1,
  kCname = 5,
  kMx = 15,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33,
  kCaa = 257,
};

std::string_view to_string(DnsType type);

struct DnsAnswer {
  // Not empty: it is not known now (no answer, SERVFAIL, a forged answer).
  std::string error;
  // Each record's data: "10 mail.example.", "203.0.113.5"; of TXT the strings
  // joined, without quotes.  Names end in a dot.
  std::vector<std::string> records;
};

struct DnsQuestion {
  std::string name;  // without or with its final dot
  DnsType type = DnsType::kA;
};

class Dns {
 public:
  virtual ~Dns() = default;
  // All of them at once, so that it takes no longer than the slowest; the
  // answers are in the order of the questions.
  virtual std::vector<DnsAnswer> ask_all(
      const std::vector<DnsQuestion>& questions) = 0;

  DnsAnswer ask(const std::string& name, DnsType type) {
    return ask_all({{name, type}}).front();
  }
};

struct DnsOptions {
  std::vector<std::string> forwarders{};  // "127.0.0.1" or "127.0.0.1@5353"
  std::string root_key_file{};            // a DNSSEC trust anchor, or ""
  // For all answers together; what is not there then is not known.
  std::chrono::milliseconds patience{30'000};
};

// nullptr, and the reason in `error`.
std::unique_ptr<Dns> make_dns(const DnsOptions& options, std::string& error);

// For how long something is signed, in seconds since 1970.
struct SignaturePeriod {
  std::int64_t from = 0;
  std::int64_t until = 0;
};

// Of the root of the DNS, as it is now.  Not validated, which would want a
// clock that is right.  nullopt: nobody says within 5 seconds, or it is not
// signed where we ask.
std::optional<SignaturePeriod> root_signature_period(const DnsOptions& options);

// That of the SOA in a reply as it comes over the wire.
std::optional<SignaturePeriod> signature_period_in(std::string_view reply);

// Record data as it comes over the wire, without compressed names, into the
// words of a zone file; empty when it is malformed.
std::string words_of_rdata(DnsType type, std::string_view octets);

}  // namespace machine
