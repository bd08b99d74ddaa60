#include "deploy/trial/encrypted_message.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <ctime>
#include <string_view>
#include <vector>

namespace trial {
namespace {

using Octets = std::vector<unsigned char>;

void append_random(Octets& octets, std::size_t count) {
  const std::size_t before = octets.size();
  octets.resize(before + count);
  RAND_bytes(octets.data() + before, static_cast<int>(count));
}

void append_tag_and_length(Octets& octets, unsigned char tag,
                           std::size_t length) {
  octets.insert(octets.end(), {tag, 0xFF});
  for (int shift = 24; shift >= 0; shift -= 8) {
    octets.push_back(static_cast<unsigned char>(length >> shift));
  }
}

Octets packets(std::size_t content) {
  Octets message = {0xC1, 1 + 8 + 1 + 32 + 1 + 1 + 40, 3};  // RFC 9580 5.1.1
  append_random(message, 8);
  message.push_back(25);  // RFC 9580 5.1.6
  append_random(message, 32);
  message.back() &= 0x7F;
  message.insert(message.end(), {41, 9});
  append_random(message, 40);
  append_tag_and_length(message, 0xD2, content + 1);
  message.push_back(1);  // RFC 9580 5.13.1
  append_random(message, content);
  return message;
}

std::string armor(const Octets& message) {
  std::string text = "-----BEGIN PGP MESSAGE-----\r\n\r\n";
  constexpr std::size_t kOctetsOfALine = 48;
  for (std::size_t i = 0; i < message.size(); i += kOctetsOfALine) {
    const std::size_t count = std::min(kOctetsOfALine, message.size() - i);
    unsigned char line[65];
    const int size =
        EVP_EncodeBlock(line, message.data() + i, static_cast<int>(count));
    text.append(reinterpret_cast<const char*>(line),
                static_cast<std::size_t>(size));
    text += "\r\n";
  }
  return text + "-----END PGP MESSAGE-----\r\n";
}

std::string fields(const MessageOptions& options) {
  const std::time_t when = options.now;
  std::tm parts{};
  char date[64] = "";
  gmtime_r(&when, &parts);
  std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &parts);
  return "From: <" + options.from + ">\r\nTo: <" + options.to +
         ">\r\nSubject: " + options.token + "\r\nDate: " + date +
         "\r\nMessage-ID: <" + options.token +
         "@localhost>\r\nChat-Version: 1.0\r\nMIME-Version: 1.0\r\n";
}

}  // namespace

std::string random_name(std::size_t length) {
  constexpr std::string_view kLetters = "abcdefghijkmnpqrstuvwxyz23456789";
  Octets octets;
  append_random(octets, length);
  std::string name;
  for (const unsigned char octet : octets) {
    name += kLetters[octet % kLetters.size()];
  }
  return name;
}

std::string encrypted_message(const MessageOptions& options) {
  const std::string boundary = random_name(24);
  return fields(options) +
         "Content-Type: multipart/encrypted;\r\n"
         " protocol=\"application/pgp-encrypted\"; boundary=\"" +
         boundary + "\"\r\n\r\n--" + boundary +
         "\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
         "\r\n--" +
         boundary + "\r\nContent-Type: application/octet-stream\r\n\r\n" +
         armor(packets(options.octets)) + "\r\n--" + boundary + "--\r\n";
}

std::string cleartext_message(const MessageOptions& options) {
  return fields(options) +
         "Content-Type: text/plain; charset=utf-8\r\n\r\n"
         "This can be read by everybody on the way.\r\n";
}

}  // namespace trial
