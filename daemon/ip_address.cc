#include "daemon/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace daemons {
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

bool is_ip_address(const std::string& text) {
  in6_addr octets{};
  return inet_pton(AF_INET, text.c_str(), &octets) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &octets) == 1;
}

bool is_public_address(const std::string& text) {
  in_addr ipv4{};
  if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) {
    return is_public_ipv4(ntohl(ipv4.s_addr));
  }
  in6_addr ipv6{};
  return inet_pton(AF_INET6, text.c_str(), &ipv6) == 1 && is_public_ipv6(ipv6);
}

}  // namespace daemons
