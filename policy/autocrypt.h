#pragma once

// The Autocrypt header field (Autocrypt Level 1, section 2.1).

#include <cstddef>
#include <string_view>

namespace policy {

// A v6 key with two post-quantum subkeys fits; a picture does not.
inline constexpr std::size_t kMaxAutocryptKey = 16384;

// True when the field announces one OpenPGP public key for `author` and says
// nothing else: addr, perhaps prefer-encrypt=mutual, keydata of at most
// kMaxAutocryptKey octets of base64 that begins with a public-key packet.
bool is_autocrypt_of(std::string_view unfolded, std::string_view author);

}  // namespace policy
