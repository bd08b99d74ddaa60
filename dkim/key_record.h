#pragma once

// A key record (RFC 6376 3.6.1, RFC 8463 4) into a public key.
//
// Tolerant where real zones need it, and nowhere else: v= and k= may be
// absent, unknown tags are ignored, white space and line ends may stand
// anywhere in p=, and quotes or backslashes that a zone editor left in the
// text are dropped.  Exact where security rests on it: the key's real size in
// bits, its real type, no second p=.  An RSA key may be a
// SubjectPublicKeyInfo or a bare RSAPublicKey, which RFC 6376 names.
//
// A record that cannot be used is a value with its cause.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/result.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace dkim {

enum class KeyType : std::uint8_t { kRsa, kEd25519 };

struct KeyRecord {
  // kNone when usable: otherwise kRevoked, kKeySyntax, kKeyTooSmall,
  // kKeyTooLarge, kKeyTypeMismatch (k= is unknown or not what p= holds).
  Cause cause = Cause::kKeySyntax;
  KeyType type = KeyType::kRsa;             // k=
  int bits = 0;                             // exact
  bool testing = false;                     // t=y
  bool strict_auid = false;                 // t=s
  bool allows_sha256 = true;                // h=
  bool serves_email = true;                 // s=
  std::shared_ptr<evp_pkey_st> public_key;  // set when cause is kNone
};

// All TXT records at one name, at most kMaxKeyRecords; shared by the cache and
// by those who verify.
using KeyRecords = std::vector<KeyRecord>;

// One TXT record, its strings joined without anything between them.
KeyRecord parse_key_record(std::string_view text);

// The TXT records of one name, at most kMaxTextRecords.  Those that are plainly
// no key record (another v=, no p=) are left out when another one is.
KeyRecords parse_key_records(const std::vector<std::string>& texts);

}  // namespace dkim
