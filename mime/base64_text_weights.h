#pragma once

// The weights of text that is spelled with the characters of base64, in
// eighths of a bit (as text_weights.h), by the value of the character.
//
// They are an eighth lower than they could be.  What ciphertext loses by that
// makes up for the octets of session-key packets that are always the same.

#include <array>
#include <cstdint>

namespace mime {

using Base64Weights = std::array<std::int8_t, 64>;

inline constexpr std::array<Base64Weights, 2> kBase64Weights = {{
    // Words, in small letters but for a first one.
    {{-10, -23, -18, -16, -6,  -21, -21, -16, -11, -28, -24, -16, -19,
      -11, -11, -21, -28, -12, -12, -10, -18, -24, -23, -28, -23, -27,
      14,  -5,  3,   7,   18,  -2,  -2,  7,   13,  -21, -8,  7,   2,
      13,  13,  -2,  -22, 12,  12,  14,  3,   -8,  -5,  -21, -5,  -18,
      -25, -25, -25, -25, -25, -25, -25, -25, -25, -25, 17,  12}},
    // The same in capitals.
    {{13,  0,   5,   7,   17,  2,   2,   7,   12,  -5,  -1,  8,   4,
      12,  12,  2,   -5,  11,  11,  13,  5,   -1,  1,   -5,  1,   -4,
      -23, -42, -34, -30, -19, -39, -39, -30, -24, -58, -45, -30, -35,
      -24, -24, -39, -59, -25, -25, -23, -34, -45, -42, -58, -42, -55,
      -25, -25, -25, -25, -25, -25, -25, -25, -25, -25, 17,  12}},
}};

}  // namespace mime
