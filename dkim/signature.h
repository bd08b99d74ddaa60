#pragma once

// A DKIM-Signature field (RFC 6376 3.5) read strictly: a tag that occurs
// twice, a required tag that is missing, a value outside its grammar make it
// invalid, never guessed.  What could be read is there even then, so that a
// reply can name domain and selector.
//
// What depends on the message, the time or the key is judged elsewhere.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/canonicalization.h"
#include "dkim/key_record.h"
#include "dkim/result.h"

namespace dkim {

struct Signature {
  Cause cause = Cause::kNone;  // why it is invalid

  std::string algorithm;  // a=, as written
  KeyType key_type = KeyType::kRsa;
  std::string sdid;      // d=, as written
  std::string selector;  // s=, as written
  std::string auid;      // i=, as written; empty when absent
  // The DNS name of the key record in A-labels, and the domain alone.
  std::string key_name;
  std::string domain;
  bool auid_is_below = false;  // i= is a true subdomain of d=

  Canonicalization header_canonicalization = Canonicalization::kSimple;
  Canonicalization body_canonicalization = Canonicalization::kSimple;
  std::array<char, 32> body_hash{};          // bh=
  std::string octets;                        // b=, decoded
  std::string prefix;                        // b=, its first eight characters
  std::optional<std::uint64_t> body_length;  // l=
  std::optional<std::uint64_t> timestamp;    // t=
  std::optional<std::uint64_t> expiration;   // x=

  // h=, views into the field body.
  std::vector<std::string_view> signed_fields;
  // The value of b= in the field body, white space around it included.
  std::size_t signature_begin = 0;
  std::size_t signature_end = 0;
};

// `field_body` outlives the signed_fields of the result.
Signature parse_signature(std::string_view field_body);

// The same, but one of another domain than this canonical one is read no
// further than its names: kNotAligned.
Signature parse_signature_of(std::string_view domain,
                             std::string_view field_body);

}  // namespace dkim
