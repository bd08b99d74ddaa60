#pragma once

// One request of Postfix's policy delegation protocol: lines NAME=VALUE, and
// an empty line ends it.
//
// Octets come in any chunking and give the same requests.  A request that lies
// whole in a chunk is read where it lies; only one that straddles two is
// copied, and the copy is given back with its last octet, so that a
// connection in silence holds nothing.
//
// What cannot be taken apart for certain (a NUL, a line without '=', more than
// kMaxRequestOctets) breaks the connection: nobody knows where the next
// request begins.  What can be taken apart and makes no sense (a repeated or
// missing attribute, a number that is none) is a request all the same, and
// has an answer; see Request::defect.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/policyd/attribute.h"

namespace policyd {

// Views of the chunk or of the parser's copy: valid until its next call.
class Request {
 public:
  // "" when it is missing.
  std::string_view value(Attribute attribute) const {
    return has(attribute) ? values_[static_cast<std::size_t>(attribute)]
                          : std::string_view();
  }
  bool has(Attribute attribute) const {
    return (present_ >> static_cast<unsigned>(attribute) & 1U) != 0;
  }
  // Whether all are there: a bit for each, see bit_of().
  bool has_all(std::uint32_t attributes) const {
    return (present_ & attributes) == attributes;
  }
  static constexpr std::uint32_t bit_of(Attribute attribute) {
    return std::uint32_t{1} << static_cast<unsigned>(attribute);
  }
  // Digits only, at most ten of them; an empty or missing value is 0.
  std::optional<std::uint64_t> number(Attribute attribute) const;

  // The attribute that stands twice, the first one.
  std::optional<Attribute> repeated() const { return repeated_; }

  void set(Attribute attribute, std::string_view value);
  void clear() {
    present_ = 0;
    repeated_.reset();
  }

  // The same request with its values in `octets`, which outlives it.
  Request kept_in(std::string& octets) const;

 private:
  std::array<std::string_view, kAttributes> values_;
  std::uint32_t present_ = 0;
  std::optional<Attribute> repeated_;
};

class RequestParser {
 public:
  enum class Result : std::uint8_t { kNeedMore, kRequest, kBroken };

  // Takes octets from the front of `chunk`, up to the end of one request.
  // After kBroken the connection is of no more use.
  Result next(std::string_view& chunk);

  // Of kRequest.
  const Request& request() const { return request_; }
  // Of kBroken: what was wrong, for the log.
  const char* broken() const { return broken_; }
  // Whether a request has begun and not ended.
  bool is_midway() const { return !held_.empty() && !held_is_done_; }

 private:
  Result hold(std::string_view& chunk, std::size_t before);
  std::size_t scan(std::string_view text);
  Result check(std::string_view text);
  Result fail(const char* why);

  Request request_;
  std::string held_;
  bool held_is_done_ = false;  // what is held was the last request
  const char* broken_ = nullptr;
};

}  // namespace policyd
