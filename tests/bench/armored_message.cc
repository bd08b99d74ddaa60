#include "tests/bench/armored_message.h"

#include <cstring>
#include <random>

#include "mime/base64.h"
#include "mime/base64_text.h"
#include "mime/crc24.h"
#include "mime/letter_runs.h"
#include "mime/octet_statistics.h"
#include "tests/bench/stopwatch.h"

namespace bench {
namespace {

Octets random_octets(std::size_t count) {
  std::mt19937_64 generator(20);
  Octets octets(count);
  for (std::uint8_t& octet : octets)
    octet = static_cast<std::uint8_t>(generator() >> 56);
  return octets;
}

// One PKESK of X25519 (RFC 9580 5.1.6) and a SEIPD of version 1.
Octets encrypted_message(std::size_t content) {
  Octets body = random_octets(content + 100);
  Octets message = {0xC1, 1 + 8 + 1 + 32 + 1 + 1 + 40, 3};
  message.insert(message.end(), body.begin(), body.begin() + 8);
  message.push_back(25);
  body[31] &= 0x7F;
  message.insert(message.end(), body.begin(), body.begin() + 32);
  message.push_back(41);
  message.push_back(9);
  message.insert(message.end(), body.begin() + 40, body.begin() + 80);
  const std::size_t length = content + 1;
  message.insert(message.end(), {0xD2, 0xFF});
  for (int shift = 24; shift >= 0; shift -= 8)
    message.push_back(static_cast<std::uint8_t>(length >> shift));
  message.push_back(1);
  message.insert(message.end(), body.begin() + 100, body.end());
  return message;
}

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// In lines of 64; the message's size is made a multiple of three before.
std::string base64_lines(const Octets& message) {
  std::string text;
  for (std::size_t i = 0; i + 3 <= message.size(); i += 3) {
    const unsigned bits = unsigned{message[i]} << 16 |
                          unsigned{message[i + 1]} << 8 | message[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6)
      text += kAlphabet[bits >> shift & 0x3F];
    if (i % 48 == 45) text += "\r\n";
  }
  return text;
}

std::size_t count_lines(std::string_view text) {
  std::size_t lines = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while ((at = static_cast<const char*>(std::memchr(
              at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
    ++lines;
    ++at;
  }
  return lines;
}

volatile std::uint64_t kept;  // so that no pass is left out

}  // namespace

ArmoredMessage make_armored_message(std::size_t armored_size) {
  ArmoredMessage message;
  std::size_t content = armored_size / 66 * 48 - 200;
  content -= (encrypted_message(content).size()) % 48;
  message.octets = encrypted_message(content);
  message.base64 = base64_lines(message.octets);
  message.armored = "-----BEGIN PGP MESSAGE-----\r\n\r\n" + message.base64 +
                    "-----END PGP MESSAGE-----\r\n";
  return message;
}

void check_passes(const ArmoredMessage& message) {
  Octets decoded(message.octets.size() + 64);
  const std::size_t lines =
      mime::decode_base64_lines(message.base64, {64, "\r\n"}, decoded);
  decoded.resize(message.octets.size());
  check(lines == count_lines(message.base64) && decoded == message.octets,
        "base64");
}

PassTimes time_passes(const ArmoredMessage& message) {
  Octets decoded(message.octets.size() + 64);
  PassTimes times;
  times.newline_scan =
      microseconds_of([&] { kept = count_lines(message.armored); });
  times.base64 = microseconds_of([&] {
    kept = mime::decode_base64_lines(message.base64, {64, "\r\n"}, decoded);
  });
  times.crc24 = microseconds_of(
      [&] { kept = mime::crc24(mime::kCrc24Init, message.octets); });
  times.octet_statistics = microseconds_of([&] {
    mime::OctetStatistics octet_statistics;
    octet_statistics.write(message.octets);
    mime::Base64Text base64_text;
    base64_text.write(message.octets, 0);
    mime::LetterRuns letter_runs(mime::ShortestRun::k12);
    letter_runs.write(message.octets, 0);
    kept = octet_statistics.readable() ||
           base64_text.readable(mime::kRefusalBits) ||
           letter_runs.readable(mime::kRefusalBits);
  });
  return times;
}

}  // namespace bench
