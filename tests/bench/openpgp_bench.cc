// How fast is an encrypted message recognised, and what do its passes cost
// alone?  Run: build/release/bin/openpgp_bench
//
// Prints, for several sizes, octets of armor and messages a second for the
// whole recogniser and for each pass over the same message timed alone in the
// same run, and the ratio of the whole to their sum.  Each answer is checked
// before it is timed; a wrong one ends the program with status 1.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mime/base64.h"
#include "mime/base64_text.h"
#include "mime/crc24.h"
#include "mime/octet_statistics.h"
#include "mime/openpgp_message.h"

namespace {

using Octets = std::vector<std::uint8_t>;

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

template <typename Pass>
double best_seconds(Pass pass) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  const auto until = Clock::now() + std::chrono::milliseconds(300);
  while (Clock::now() < until) {
    const auto start = Clock::now();
    pass();
    const std::chrono::duration<double> taken = Clock::now() - start;
    best = std::min(best, taken.count());
  }
  return best;
}

volatile std::uint64_t kept;  // so that no pass is left out

bool recognised(std::string_view armored) {
  mime::OpenPgpMessage message({});
  message.write(armored);
  return message.finish() == mime::OpenPgpDefect::kNone;
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

struct Message {
  Octets octets;
  std::string base64;
  std::string armored;
};

Message make_message(std::size_t armored_size) {
  Message message;
  std::size_t content = armored_size / 66 * 48 - 200;
  content -= (encrypted_message(content).size()) % 48;
  message.octets = encrypted_message(content);
  message.base64 = base64_lines(message.octets);
  message.armored = "-----BEGIN PGP MESSAGE-----\r\n\r\n" + message.base64 +
                    "-----END PGP MESSAGE-----\r\n";
  return message;
}

void report(const char* what, std::size_t octets, double seconds) {
  std::printf("  %-22s %9.2f us %8.0f MB/s %10.0f messages/s\n", what,
              seconds * 1e6, static_cast<double>(octets) / seconds / 1e6,
              1 / seconds);
}

bool run(std::size_t armored_size) {
  const Message message = make_message(armored_size);
  const std::string_view armored = message.armored;
  const std::size_t size = armored.size();
  if (!recognised(armored)) {
    std::printf("the message of %zu octets is not recognised\n", size);
    return false;
  }
  Octets decoded(message.octets.size() + 64);
  const std::size_t lines =
      mime::decode_base64_lines(message.base64, {64, "\r\n"}, decoded);
  decoded.resize(message.octets.size());
  if (lines != count_lines(message.base64) || decoded != message.octets) {
    std::printf("base64 of %zu octets is decoded wrongly\n", size);
    return false;
  }
  decoded.resize(message.octets.size() + 64);

  const double whole = best_seconds([&] { kept = recognised(armored); });
  const double newline = best_seconds([&] { kept = count_lines(armored); });
  const double base64 = best_seconds([&] {
    kept = mime::decode_base64_lines(message.base64, {64, "\r\n"}, decoded);
  });
  const double crc = best_seconds(
      [&] { kept = mime::crc24(mime::kCrc24Init, message.octets); });
  const double statistics = best_seconds([&] {
    mime::OctetStatistics octet_statistics;
    octet_statistics.write(message.octets);
    mime::Base64Text base64_text;
    base64_text.write(message.octets);
    kept =
        octet_statistics.readable() || base64_text.readable(mime::kRefusalBits);
  });
  std::printf("armored message of %zu octets\n", size);
  report("whole recogniser", size, whole);
  report("newline scan", size, newline);
  report("base64", size, base64);
  report("CRC24", size, crc);
  report("octet statistics", size, statistics);
  std::printf("  ratio to the sum of the passes: %.2f (at most 1.5)\n",
              whole / (newline + base64 + crc + statistics));
  return true;
}

}  // namespace

int main() {
  bool right = true;
  for (const std::size_t size : {2'000, 5'000, 50'000, 1'000'000, 20'000'000})
    right = run(size) && right;
  return right ? 0 : 1;
}
