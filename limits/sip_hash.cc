#include "limits/sip_hash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace limits {
namespace {

std::uint64_t little_endian(const std::uint8_t* octets, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    number |= std::uint64_t{octets[i]} << (8 * i);
  }
  return number;
}

// Eight of them; compilers know this for one load.
std::uint64_t word_at(const std::uint8_t* octets) {
  if constexpr (std::endian::native == std::endian::little) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets, sizeof word);
    return word;
  } else {
    return little_endian(octets, 8);
  }
}

// The octets behind the last whole word.
std::uint64_t last_word(std::string_view octets) {
  const auto* const end =
      reinterpret_cast<const std::uint8_t*>(octets.data()) + octets.size();
  const std::size_t count = octets.size() % 8;
  if (count == 0) return 0;
  if (octets.size() < 8) return little_endian(end - count, count);
  return word_at(end - 8) >> (8 * (8 - count));
}

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  std::uint64_t finish() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

Hash128 sip_hash(const SipKey& key, std::string_view octets) {
  const std::uint64_t k0 = little_endian(key.data(), 8);
  const std::uint64_t k1 = little_endian(key.data() + 8, 8);
  // "somepseudorandomlygeneratedbytes", with the mark of the 128-bit form.
  State state{k0 ^ 0x736f6d6570736575U, k1 ^ 0x646f72616e646f6dU ^ 0xeeU,
              k0 ^ 0x6c7967656e657261U, k1 ^ 0x7465646279746573U};
  const auto* at = reinterpret_cast<const std::uint8_t*>(octets.data());
  std::size_t left = octets.size();
  for (; left >= 8; left -= 8, at += 8) state.take(word_at(at));
  state.take(last_word(octets) | std::uint64_t{octets.size()} << 56U);
  state.v2 ^= 0xeeU;
  Hash128 hash;
  hash.first = state.finish();
  state.v1 ^= 0xddU;
  hash.second = state.finish();
  return hash;
}

}  // namespace limits
