#pragma once

// What came of one step of a trial.

#include <cstdint>
#include <string>
#include <utility>

namespace trial {

struct Finding {
  enum class Kind : std::uint8_t {
    kGood,
    kBad,
    kNotTried,       // what it needs is missing, because another step failed
    kNotApplicable,  // this relay has no such thing, and need not have it
  };
  std::string step;
  Kind kind = Kind::kNotTried;
  double seconds = 0;
  std::string said;    // what was seen
  std::string advice;  // what to do, of a failure
};

// Neither of these is a fault of the relay.
inline bool is_fine(Finding::Kind kind) {
  return kind == Finding::Kind::kGood || kind == Finding::Kind::kNotApplicable;
}

// What a step saw.
struct Seen {
  Finding::Kind kind = Finding::Kind::kBad;
  std::string said;
};

inline Seen bad(std::string said) {
  return {Finding::Kind::kBad, std::move(said)};
}
inline Seen good(std::string said) {
  return {Finding::Kind::kGood, std::move(said)};
}
inline Seen not_applicable(std::string why) {
  return {Finding::Kind::kNotApplicable, std::move(why)};
}

}  // namespace trial
