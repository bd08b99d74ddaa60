#include "dkim/message_keys.h"

#include "dkim/limits.h"

namespace dkim {

void MessageKeys::begin_early(const std::string& name) {
  if (lookups_.size() < kMaxEarlyLookups) lookup(name);
}

std::shared_ptr<KeyLookup> MessageKeys::lookup(const std::string& name) {
  return find_or_start(lookups_, name, Freshness::kCacheAllowed);
}

std::shared_ptr<KeyLookup> MessageKeys::fresh_lookup(const std::string& name) {
  return find_or_start(fresh_, name, Freshness::kFresh);
}

std::shared_ptr<KeyLookup> MessageKeys::find_or_start(Lookups& lookups,
                                                      const std::string& name,
                                                      Freshness freshness) {
  for (const auto& [known, lookup] : lookups) {
    if (known == name) return lookup;
  }
  return lookups.emplace_back(name, resolver_.start(name, freshness)).second;
}

}  // namespace dkim
