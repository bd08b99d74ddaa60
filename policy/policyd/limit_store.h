#pragma once

// Where the buckets of the limits are: in this process, or in Redis when
// several front ends share them.  One interface, one test suite.
//
// A question names all limits of a message at once, and is answered for all
// of them: a message is never counted by one limit and refused by another.
// The answer may come within the call or later from the store's own thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "policy/policyd/gcra.h"

namespace policyd {

// One bucket and what is to be taken out of it.
struct LimitUse {
  // Names the limit and what it is by, so that no two buckets have the same
  // (see limit_key()); at most once in a question.
  std::string key;
  Rate rate;
  std::uint64_t cost = 1;
};

struct StoreAnswer {
  enum class Kind : std::uint8_t {
    kGranted,
    kTooMuch,         // of `limit`, the one that needs the longest wait
    kTemporaryError,  // the store cannot be asked
  };
  Kind kind = Kind::kGranted;
  std::size_t limit = 0;   // a place in the question
  std::uint64_t wait = 0;  // seconds, rounded up
};

class LimitStore {
 public:
  using Answered = std::function<void(const StoreAnswer&)>;

  virtual ~LimitStore() = default;

  // Whether all would be granted.
  virtual void look(const std::vector<LimitUse>& uses, Answered answered) = 0;
  // Takes it out of all buckets, or out of none.
  virtual void spend(const std::vector<LimitUse>& uses, Answered answered) = 0;

  // Whether answers come within the call.
  virtual bool answers_at_once() const = 0;
  // To be called about twice a second, from the thread that asks.
  virtual void tick() {}
  // Buckets that are not full, as far as this process knows.
  virtual std::size_t live_keys() const { return 0; }
};

// The name of a limit and the texts that it is by, each with its length in
// front so that none runs into the next.
std::string limit_key(std::string_view limit,
                      const std::vector<std::string_view>& by);

}  // namespace policyd
