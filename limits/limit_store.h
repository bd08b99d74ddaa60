#pragma once

// Where the buckets of the limits are: in this process, or in Redis when
// several front ends share them.  One interface, one test suite.
//
// A question names all limits of a message at once, and is answered for all
// of them: a message is never counted by one limit and refused by another.
// An answer that comes later comes from the store's own thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limits/gcra.h"

namespace limits {

// One bucket and what is to be taken out of it.
struct LimitUse {
  // Names the limit and what it is by, so that no two buckets have the same
  // (see append_text()); at most once in a question.
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
  // Called once, and only where the answer comes later.
  using Later = std::function<Answered()>;

  virtual ~LimitStore() = default;

  // Whether all would be granted.  Without a value the answer comes later, to
  // what `later` gave.
  virtual std::optional<StoreAnswer> look(const std::vector<LimitUse>& uses,
                                          const Later& later) = 0;
  // Takes it out of all buckets, or out of none.
  virtual std::optional<StoreAnswer> spend(const std::vector<LimitUse>& uses,
                                           const Later& later) = 0;

  // Puts back what was taken out by a spend() whose purpose came to nothing;
  // the answer is kGranted, or that the store cannot be asked.
  virtual std::optional<StoreAnswer> give_back(
      const std::vector<LimitUse>& uses, const Later& later) = 0;

  // Whether no answer comes later.
  virtual bool answers_at_once() const = 0;
  // To be called about twice a second, from the thread that asks.
  virtual void tick() {}
  // Buckets that are not full, as far as this process knows.
  virtual std::size_t live_keys() const { return 0; }
};

// A name is made of texts, each with its length in front, so that none runs
// into the next.
void append_text(std::string_view text, std::string& key);

}  // namespace limits
