#pragma once

// A KeyResolver on libunbound's event interface.
//
// One thread of its own does all DNS work: start() puts a name into a queue
// and wakes it; answers are parsed there, cached, and handed to whoever waits.
// Lookups of one name at the same time are one query.  In front of libunbound
// stands a cache of parsed keys, because parsing one costs more than verifying
// with it.
//
// A fresh lookup goes past that cache and past libunbound's own: a context of
// its own, whose cache is empty, asks the forwarder, or the authoritative
// servers when there is none.  What a forwarder has cached stays its business.
// An answer that came from the network a moment ago is fresh enough, so that
// bad signatures cannot make us ask without end; that a key is absent has to
// have been said twice.
//
// NXDOMAIN and a name without TXT records are "absent"; SERVFAIL, a time-out
// and a bogus answer (DNSSEC) are temporary.  CNAMEs are followed.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dkim/key_resolver.h"

namespace dkim {

struct UnboundOptions {
  // "127.0.0.1" or "127.0.0.1@5353"; all of them are asked.
  std::vector<std::string> forwarders;
  // Read for forwarders when there are none above; empty: resolve from the
  // root servers.
  std::string resolv_conf;
  // A DNSSEC trust anchor, /usr/share/dns/root.key; empty: no validation.
  std::string root_key_file;
  // After this a lookup is a temporary error, whoever still waits for it.
  std::chrono::milliseconds timeout{10'000};
  // Names whose parsed keys are kept, about 4 KB each, and how many octets of
  // them when some are larger.
  std::size_t cache_capacity = 10'000;
  std::size_t cache_octets = std::size_t{40} * 1024 * 1024;
  // No answer is kept longer, whatever its TTL, and no negative one.
  std::chrono::seconds max_ttl{24 * 3600};
  std::chrono::seconds max_negative_ttl{60};
  // How old an answer from the network may be to serve as a fresh one.
  std::chrono::seconds fresh_age{5};
  // A key whose TTL is over serves this much longer while the DNS is down...
  std::chrono::seconds stale_grace{0};
  // ... and is told after this, when the DNS is silent (RFC 8767 5).
  std::chrono::milliseconds stale_wait{1800};
  // Lookups under way at the same time; further ones fail at once.
  std::size_t max_lookups = 10'000;
  std::size_t max_fresh_lookups = 50;
  // Options of unbound.conf, after ours.
  std::vector<std::pair<std::string, std::string>> unbound_options;
  std::function<std::chrono::steady_clock::time_point()> now =
      std::chrono::steady_clock::now;
};

class UnboundResolver : public KeyResolver {
 public:
  struct Result;
  static Result create(UnboundOptions options);
  ~UnboundResolver() override;
  UnboundResolver(const UnboundResolver&) = delete;
  UnboundResolver& operator=(const UnboundResolver&) = delete;

  std::unique_ptr<KeyLookup> start(std::string_view name,
                                   Freshness freshness) override;

  struct Counters {
    std::size_t queries = 0;     // handed to libunbound
    std::size_t cache_hits = 0;  // answered by the cache of parsed keys
    std::size_t cached_names = 0;
    std::size_t cached_octets = 0;
  };
  Counters counters() const;

 private:
  class Worker;
  explicit UnboundResolver(std::unique_ptr<Worker> worker);
  std::unique_ptr<Worker> worker_;
};

struct UnboundResolver::Result {
  std::unique_ptr<UnboundResolver> resolver;
  std::string error;  // not empty when resolver is null
};

}  // namespace dkim
