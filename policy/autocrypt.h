#pragma once

// The Autocrypt header field (Autocrypt Level 1, section 2.1).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace policy {

// RSA-4096 with three subkeys, as Sequoia writes it, needs half of it.
inline constexpr std::size_t kMaxAutocryptKey = 16384;

// The field that announces one OpenPGP public key for `author` and says
// nothing else, folded anew: blanks between the characters of a key could draw
// a picture.  nullopt when `unfolded` is anything but addr, perhaps
// prefer-encrypt, and keydata of one key of at most kMaxAutocryptKey octets.
std::optional<std::string> bare_autocrypt(std::string_view unfolded,
                                          std::string_view author);

}  // namespace policy
