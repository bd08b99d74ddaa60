#include <arpa/inet.h>

#include <algorithm>
#include <optional>

#include "deploy/machine/dns.h"

namespace machine {
namespace {

std::uint16_t number_at(std::string_view octets, std::size_t at) {
  constexpr unsigned kOctet = 8;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[at])
                                        << kOctet |
                                    static_cast<unsigned char>(octets[at + 1]));
}

// "" when it is malformed.
std::string name_of(std::string_view octets) {
  std::string name;
  while (!octets.empty()) {
    const auto length = static_cast<unsigned char>(octets.front());
    if (length == 0) return name.empty() ? "." : name;
    constexpr unsigned kLongestLabel = 63;
    if (length > kLongestLabel || octets.size() <= length) return {};
    for (const char c : octets.substr(1, length)) {
      const bool is_upper = c >= 'A' && c <= 'Z';
      name += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    name += '.';
    octets.remove_prefix(length + std::size_t{1});
  }
  return {};
}

std::string address_of(int family, std::size_t length,
                       std::string_view octets) {
  char text[INET6_ADDRSTRLEN];
  if (octets.size() != length ||
      inet_ntop(family, octets.data(), text, sizeof text) == nullptr) {
    return {};
  }
  return text;
}

std::string text_of(std::string_view octets) {
  std::string text;
  while (!octets.empty()) {
    const auto length = static_cast<unsigned char>(octets.front());
    if (octets.size() <= length) return {};
    text += octets.substr(1, length);
    octets.remove_prefix(length + std::size_t{1});
  }
  return text;
}

std::string caa_of(std::string_view octets) {
  if (octets.size() < 2) return {};
  const auto flags = static_cast<unsigned char>(octets[0]);
  const auto length = static_cast<unsigned char>(octets[1]);
  if (octets.size() < std::size_t{2} + length) return {};
  return std::to_string(flags) + " " + std::string(octets.substr(2, length)) +
         " \"" + std::string(octets.substr(2 + std::size_t{length})) + "\"";
}

// A fixed number of 16-bit numbers and a name, as MX and SRV have.
std::string numbers_and_name(std::size_t count, std::string_view octets) {
  if (octets.size() <= 2 * count) return {};
  const std::string name = name_of(octets.substr(2 * count));
  if (name.empty()) return {};
  std::string words;
  for (std::size_t i = 0; i < count; ++i) {
    words += std::to_string(number_at(octets, 2 * i)) + " ";
  }
  return words + name;
}

}  // namespace

std::string_view to_string(DnsType type) {
  switch (type) {
    case DnsType::kA:
      return "A";
    case DnsType::kCname:
      return "CNAME";
    case DnsType::kMx:
      return "MX";
    case DnsType::kTxt:
      return "TXT";
    case DnsType::kAaaa:
      return "AAAA";
    case DnsType::kSrv:
      return "SRV";
    case DnsType::kCaa:
      return "CAA";
  }
  return "";
}

std::string words_of_rdata(DnsType type, std::string_view octets) {
  constexpr std::size_t kIpv4 = 4;
  constexpr std::size_t kIpv6 = 16;
  switch (type) {
    case DnsType::kA:
      return address_of(AF_INET, kIpv4, octets);
    case DnsType::kAaaa:
      return address_of(AF_INET6, kIpv6, octets);
    case DnsType::kCname:
      return name_of(octets);
    case DnsType::kMx:
      return numbers_and_name(1, octets);
    case DnsType::kSrv:
      return numbers_and_name(3, octets);
    case DnsType::kTxt:
      return text_of(octets);
    case DnsType::kCaa:
      return caa_of(octets);
  }
  return {};
}

}  // namespace machine
