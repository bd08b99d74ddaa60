#pragma once

// A resolver whose answers come out of a cache, so that a verifier asks again,
// afresh, before they cost a message.

#include <utility>

#include "dkim/shared_lookup.h"
#include "test_world.h"

namespace dkim::testing {

class AnswersOfACache : public KeyResolver {
 public:
  AnswersOfACache(KeyResolver& cached, KeyResolver& fresh)
      : cached_(cached), fresh_(fresh) {}
  std::unique_ptr<KeyLookup> start(std::string_view name,
                                   Freshness freshness) override {
    if (freshness == Freshness::kFresh) return fresh_.start(name, freshness);
    KeyAnswer answer = cached_.start(name, freshness)->wait_until(no_wait());
    answer.cached = true;
    return make_lookup(std::move(answer));
  }

 private:
  KeyResolver& cached_;
  KeyResolver& fresh_;
};

}  // namespace dkim::testing
