#include "tests/mime/openpgp_builder.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "mime/crc24.h"

namespace mime_test {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

Octets random_octets(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  Octets octets(count);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 8 == 0) bits = generator();
    octets[i] = static_cast<std::uint8_t>(bits);
    bits >>= 8;
  }
  return octets;
}

Octets octets_of(std::string_view text) { return {text.begin(), text.end()}; }

Octets join(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

Octets repeat(const Octets& octets, std::size_t times) {
  Octets all;
  for (std::size_t i = 0; i < times; ++i)
    all.insert(all.end(), octets.begin(), octets.end());
  return all;
}

Octets packet(int type, const Octets& body) {
  const std::size_t size = body.size();
  Octets header = {static_cast<std::uint8_t>(0xC0 | type)};
  if (size < 192) {
    header.push_back(static_cast<std::uint8_t>(size));
  } else if (size < 8384) {
    header.push_back(static_cast<std::uint8_t>((size - 192) / 256 + 192));
    header.push_back(static_cast<std::uint8_t>((size - 192) % 256));
  } else {
    header.push_back(255);
    for (int shift = 24; shift >= 0; shift -= 8)
      header.push_back(static_cast<std::uint8_t>(size >> shift));
  }
  return join({header, body});
}

Octets mpi(std::size_t octets, std::uint64_t seed) {
  Octets number = random_octets(octets, seed);
  number[0] |= 0x80;
  const std::size_t bits = octets * 8;
  return join(
      {{static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)},
       number});
}

Octets pkesk3_rsa(std::uint64_t seed) {
  return join({{3}, random_octets(8, seed), {1}, mpi(256, seed + 1)});
}

Octets pkesk3_x25519(std::uint64_t seed) {
  Octets point = random_octets(32, seed + 1);
  point.back() &= 0x7F;
  return join({{3},
               random_octets(8, seed),
               {25},
               point,
               {41, 9},
               random_octets(40, seed + 2)});
}

Octets pkesk6_x25519(std::uint64_t seed) {
  Octets point = random_octets(32, seed + 1);
  point.back() &= 0x7F;
  return join({{6, 33, 6},
               random_octets(32, seed),
               {25},
               point,
               {40},
               random_octets(40, seed + 2)});
}

Octets skesk4(std::uint64_t seed) {
  return join({{4, 9, 3, 8}, random_octets(8, seed), {0xFF}});
}

Octets skesk6(std::uint64_t seed) {
  // Cipher, mode, the length of the S2K, the S2K, the nonce of OCB.
  return join({{6, 3 + 11 + 15, 9, 2, 11, 3, 8},
               random_octets(8, seed),
               {0xFF},
               random_octets(15 + 32 + 16, seed + 1)});
}

Octets seipd1(const Octets& content) { return join({{1}, content}); }

Octets seipd2(const Octets& content) {
  return join({{2, 9, 2, 6}, random_octets(32, 77), content});
}

Octets message_with(const Octets& content) {
  return join({packet(1, pkesk3_x25519(5)), packet(18, seipd1(content))});
}

std::string base64(const Octets& octets, ArmorStyle style) {
  std::string characters;
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(octets.size() - i, 3);
    unsigned bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < left ? octets[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      characters += j <= left ? kAlphabet[bits >> (18 - 6 * j) & 0x3F] : '=';
  }
  std::string lines;
  for (std::size_t i = 0; i < characters.size(); i += style.line_length) {
    lines += characters.substr(i, style.line_length);
    lines += style.line_end;
  }
  return lines;
}

std::string armored(const Octets& octets, ArmorStyle style) {
  const std::string end(style.line_end);
  std::string text = "-----BEGIN PGP MESSAGE-----" + end + end;
  text += base64(octets, style);
  if (style.checksum) {
    const std::uint32_t crc = mime::crc24(mime::kCrc24Init, octets);
    text += '=';
    text += base64(
        {static_cast<std::uint8_t>(crc >> 16),
         static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)},
        style);
  }
  return text + "-----END PGP MESSAGE-----" + end;
}

mime::OpenPgpDefect recognise(std::string_view text,
                              mime::OpenPgpOptions options, std::size_t chunk) {
  mime::OpenPgpMessage message(options);
  if (chunk == 0) chunk = std::max<std::size_t>(text.size(), 1);
  for (std::size_t at = 0; at < text.size(); at += chunk)
    message.write(text.substr(at, chunk));
  return message.finish();
}

std::string source_file(std::string_view path) {
  std::ifstream file(std::string(CHATMILTER_SOURCE_DIR "/") + std::string(path),
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace mime_test
