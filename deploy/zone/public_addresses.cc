#include "deploy/zone/public_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>

namespace zone {
namespace {

bool is_public_ipv4(std::uint32_t address) {
  struct Network {
    std::uint32_t prefix;
    unsigned bits;
  };
  constexpr unsigned kAll = 32;
  constexpr Network kPrivate[] = {
      {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},
      {0xA9FE0000, 16}, {0xAC100000, 12}, {0xC0A80000, 16}, {0xE0000000, 3}};
  return std::none_of(std::begin(kPrivate), std::end(kPrivate),
                      [&](const Network& network) {
                        return address >> (kAll - network.bits) ==
                               network.prefix >> (kAll - network.bits);
                      });
}

// 2000::/3, global unicast (RFC 4291 2.4).
bool is_public_ipv6(const in6_addr& address) {
  constexpr unsigned kThreeBits = 5;
  return address.s6_addr[0] >> kThreeBits == 1;
}

}  // namespace

bool is_public_address(const std::string& address) {
  in_addr ipv4{};
  if (inet_pton(AF_INET, address.c_str(), &ipv4) == 1) {
    return is_public_ipv4(ntohl(ipv4.s_addr));
  }
  in6_addr ipv6{};
  return inet_pton(AF_INET6, address.c_str(), &ipv6) == 1 &&
         is_public_ipv6(ipv6);
}

std::vector<std::string> public_addresses(int family) {
  std::vector<std::string> addresses;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return addresses;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != family) {
      continue;
    }
    const void* octets =
        family == AF_INET
            ? static_cast<const void*>(
                  &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)
                       ->sin_addr)
            : &reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
    char text[INET6_ADDRSTRLEN];
    if (inet_ntop(family, octets, text, sizeof text) == nullptr) continue;
    if (is_public_address(text)) addresses.emplace_back(text);
  }
  freeifaddrs(all);
  // Temporary IPv6 addresses (RFC 8981) come and go; the first stays.
  if (family == AF_INET6 && addresses.size() > 1) addresses.resize(1);
  return addresses;
}

}  // namespace zone
