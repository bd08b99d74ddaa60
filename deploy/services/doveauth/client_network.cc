#include "deploy/services/doveauth/client_network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace doveauth {
namespace {

constexpr std::size_t kPrefixOctets = 8;

std::string ipv4_network(const in_addr& address) {
  constexpr std::uint32_t loopback = 127;
  if (ntohl(address.s_addr) >> 24U == loopback) return {};
  char text[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &address, text, sizeof text);
  return text;
}

}  // namespace

std::string network_of(std::string_view address) {
  const std::string text(address);
  in_addr ipv4{};
  if (inet_pton(AF_INET, text.c_str(), &ipv4) == 1) return ipv4_network(ipv4);
  in6_addr ipv6{};
  if (inet_pton(AF_INET6, text.c_str(), &ipv6) != 1) return {};
  if (IN6_IS_ADDR_LOOPBACK(&ipv6)) return {};
  if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
    std::memcpy(&ipv4, ipv6.s6_addr + 12, sizeof ipv4);
    return ipv4_network(ipv4);
  }
  std::memset(ipv6.s6_addr + kPrefixOctets, 0, kPrefixOctets);
  char network[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, &ipv6, network, sizeof network);
  return network;
}

}  // namespace doveauth
