#pragma once

// The weights of the text models (text_evidence.h), in eighths of a bit.
//
// Each is 8 log2(256 p), rounded down, where p is the share of the octet in
// such text.  Latin text is told octet by octet (English, German, French,
// Finnish and others mixed); the others by the high nibble alone.

#include <array>
#include <cstdint>

namespace mime {

using NibbleWeights = std::array<std::int8_t, 16>;

// Octets 0x20 to 0x7F in Latin text.
inline constexpr std::array<std::int8_t, 96> kLatinAscii = {
    42,  -12, -8,  -50, -50, -50, -50, -4,  -16, -16, -50, -50, 8,   0,
    10,  -8,  -14, -14, -14, -14, -14, -14, -14, -14, -14, -14, -8,  -21,
    -16, -16, -16, -12, -21, -18, -18, -18, -18, -18, -18, -18, -18, -18,
    -18, -18, -18, -18, -18, -18, -18, -18, -18, -18, -18, -18, -18, -18,
    -18, -18, -18, -50, -50, -50, -50, -16, -50, 31,  11,  19,  23,  35,
    15,  15,  23,  30,  -4,  9,   24,  19,  30,  29,  15,  -5,  29,  28,
    31,  19,  9,   12,  -4,  12,  -1,  -50, -50, -50, -50, -70,
};

// By the high nibble, in the order of TextModel.  In Latin text the nibbles 2
// to 7 are those of kLatinAscii, and zero here.
inline constexpr std::array<NibbleWeights, 8> kNibbleWeights = {{
    {-20, -62, 0, 0, 0, 0, 0, 0, -28, -36, -28, -28, -20, -44, -38, -46},
    {-17, -45, 4, 12, 12, 10, 13, 10, -45, -45, -45, -45, -45, -45, -45, -45},
    {-14, -47, 12, -9, 23, 17, -47, -47, -47, -47, -47, -47, -47, -47, -47,
     -47},
    {-13, -46, 17, 27, -46, -46, -46, -46, -46, -46, -46, -46, -46, -46, -46,
     -46},
    {-21, -40, 5, -29, -40, -40, -40, -40, 6, 1, 3, 11, 4, 19, -32, -40},
    {-27, -44, -14, -30, -44, -44, -44, -44, 10, 10, 10, 12, -44, -44, 18, -32},
    {-24, -40, 2, -40, -40, -40, -40, -40, -32, -32, 1, 10, 12, 10, 12, 9},
    {22, -45, 4, -3, -3, -14, 14, 6, -45, -45, -45, -45, -45, -45, -45, -45},
}};

}  // namespace mime
