#pragma once

// A resolver that remembers what it was asked.

#include <string>
#include <vector>

#include "dkim/key_resolver.h"

namespace dkim::testing {

class CountingResolver : public KeyResolver {
 public:
  explicit CountingResolver(KeyResolver& resolver) : resolver_(resolver) {}
  std::unique_ptr<KeyLookup> start(std::string_view name,
                                   Freshness freshness) override {
    names_.emplace_back(name);
    return resolver_.start(name, freshness);
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  KeyResolver& resolver_;
  std::vector<std::string> names_;
};

}  // namespace dkim::testing
