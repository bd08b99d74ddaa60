#pragma once

// A DNS server on a loopback UDP port, for the tests of the resolver: it
// answers TXT questions out of a table and counts them.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dkim::testing {

struct DnsRecord {
  enum class Kind : std::uint8_t { kTxt, kCname, kNodata, kServfail, kSilent };
  Kind kind = Kind::kTxt;
  std::vector<std::string> texts;  // cut into strings of 255 octets
  std::string target;              // of a CNAME
  std::uint32_t ttl = 300;         // of the SOA for kNodata
};

class DnsServer {
 public:
  DnsServer();
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;
  ~DnsServer();

  // A name that is not set does not exist; its SOA has `negative_ttl`.
  void set(const std::string& name, const DnsRecord& record);
  void remove(const std::string& name);
  // Questions for this name so far.
  int asked(const std::string& name) const;
  // "127.0.0.1@port"
  std::string forwarder() const;

  static constexpr std::uint32_t kNegativeTtl = 30;

 private:
  void serve();
  std::string answer(const std::string& query);

  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::map<std::string, DnsRecord> records_;
  std::map<std::string, int> asked_;
  std::thread thread_;
};

}  // namespace dkim::testing
