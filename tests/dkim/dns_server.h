#pragma once

// A DNS server on a loopback UDP port: it answers TXT questions out of a table
// and counts them.  One thread, so an answer that is late makes others late.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dkim::testing {

struct DnsRecord {
  enum class Kind : std::uint8_t {
    kTxt,
    kCname,
    kNodata,
    kNxdomain,
    kServfail,
    kSilent,
  };
  Kind kind = Kind::kTxt;
  std::vector<std::string> texts{};  // cut into strings of `string_size`
  std::string target{};              // of a CNAME
  std::uint32_t ttl = 300;           // of the SOA for kNodata and kNxdomain
  std::chrono::milliseconds delay{0};
  std::size_t string_size = 255;  // 1 to 255 octets
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
  // From now on every question gets SERVFAIL.
  void fail();
  // Questions for this name so far.
  int asked(const std::string& name) const;
  // Waits for the first one; false after 20 seconds.
  bool is_asked(const std::string& name) const;
  // "127.0.0.1@port"
  std::string forwarder() const;

  static constexpr std::uint32_t kNegativeTtl = 30;

 private:
  void serve();
  std::string answer(const std::string& query,
                     std::chrono::milliseconds& delay);

  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  mutable std::condition_variable asked_more_;
  std::map<std::string, DnsRecord> records_;
  bool fails_ = false;
  std::map<std::string, int> asked_;
  std::thread thread_;
};

}  // namespace dkim::testing
