#pragma once

// The public-key step on OpenSSL: what is verified and signed is the SHA-256
// of the canonical header fields (RFC 6376 3.7, RFC 8463 3).

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dkim/key_record.h"

namespace dkim {

using Digest = std::array<char, 32>;
using KeyHandle = std::shared_ptr<evp_pkey_st>;

// Takes ownership; null stays null.  The functions below want a handle from
// here, which has what an operation needs prepared.
KeyHandle own_key(evp_pkey_st* key);
// The same for a key that is to sign.
KeyHandle own_private_key(evp_pkey_st* key);

// DER of a SubjectPublicKeyInfo or an RSAPublicKey, and nothing behind it;
// null when it is neither or not RSA.
KeyHandle parse_rsa_public_key(std::string_view der);
// The 32 octets of RFC 8463 4; null when they are not 32.
KeyHandle parse_ed25519_public_key(std::string_view octets);

// The type that DKIM knows, or nullopt.
std::optional<KeyType> type_of(const KeyHandle& key);
int bits_of(const KeyHandle& key);
// False for a public exponent that is even, 1, or dear (limits.h).
bool has_ordinary_exponent(const KeyHandle& key);
// What p= holds: a SubjectPublicKeyInfo, or 32 octets; empty on failure.
std::string encode_public_key(const KeyHandle& key);
bool same_key(const KeyHandle& a, const KeyHandle& b);

bool verify_digest(const KeyHandle& key, const Digest& digest,
                   std::string_view signature);
// Empty when OpenSSL fails.
std::string sign_digest(const KeyHandle& key, const Digest& digest);

}  // namespace dkim
