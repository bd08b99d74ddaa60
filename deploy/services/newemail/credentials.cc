#include "deploy/services/newemail/credentials.h"

#include <sys/random.h>

#include <cerrno>

namespace newemail {
namespace {

// RFC 3986 2.3 stays as it is, and `kept` with it.
std::string percent_encoded(std::string_view text, std::string_view kept) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                          c == '_' || c == '~' ||
                          kept.find(c) != std::string_view::npos;
    if (is_plain) {
      encoded += c;
      continue;
    }
    const auto octet = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[octet / 16];
    encoded += digits[octet % 16];
  }
  return encoded;
}

}  // namespace

const std::string_view kLocalPartAlphabet =
    "abcdefghijklmnopqrstuvwxyz0123456789";
const std::string_view kPasswordAlphabet =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

bool system_randomness(unsigned char* octets, std::size_t size) {
  while (size > 0) {
    const ssize_t count = getrandom(octets, size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    octets += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

std::string random_text(std::string_view alphabet, std::size_t length,
                        const Randomness& randomness) {
  constexpr unsigned octets_there_are = 256;
  const auto letters = static_cast<unsigned>(alphabet.size());
  // Octets from here on would make the first letters likelier.
  const unsigned end = octets_there_are - octets_there_are % letters;
  std::string text;
  while (text.size() < length) {
    unsigned char octets[64];
    if (!randomness(octets, sizeof octets)) return {};
    for (const unsigned char octet : octets) {
      if (octet < end && text.size() < length)
        text += alphabet[octet % letters];
    }
  }
  return text;
}

std::string dclogin_url(std::string_view address, std::string_view password,
                        std::string_view host) {
  // An address literal is left as it is, although RFC 3986 3.3 has no brackets
  // in a path: clients up to 1.160 take the address undecoded.
  std::string url = "dclogin:" + percent_encoded(address, "@[]:") +
                    "?p=" + percent_encoded(password, "") + "&v=1";
  if (!host.empty()) {
    const std::string encoded = percent_encoded(host, "");
    url += "&ih=" + encoded + "&sh=" + encoded;
  }
  return url + "&ic=3";
}

}  // namespace newemail
