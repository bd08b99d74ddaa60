#pragma once

// The key lookups of one message: one for each name, however many signatures
// want it, and the one that was begun early is the one that is awaited.
//
// Where a message goes before its keys are there, its lookups are dropped: the
// resolver ends them by itself and keeps what they bring.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dkim/key_resolver.h"

namespace dkim {

class MessageKeys {
 public:
  // `resolver` outlives it.
  explicit MessageKeys(KeyResolver& resolver) : resolver_(resolver) {}

  // Before it is known whether the key will be wanted.  At most
  // kMaxEarlyLookups begin like this; what is over waits for lookup().
  void begin_early(const std::string& name);
  std::shared_ptr<KeyLookup> lookup(const std::string& name);
  // Past every cache.
  std::shared_ptr<KeyLookup> fresh_lookup(const std::string& name);

 private:
  using Lookups =
      std::vector<std::pair<std::string, std::shared_ptr<KeyLookup>>>;
  std::shared_ptr<KeyLookup> find_or_start(Lookups& lookups,
                                           const std::string& name,
                                           Freshness freshness);

  KeyResolver& resolver_;
  Lookups lookups_;
  Lookups fresh_;
};

}  // namespace dkim
