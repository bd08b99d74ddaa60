#include "deploy/zone/public_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include "daemon/ip_address.h"

namespace zone {
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
    if (daemons::is_public_address(text)) addresses.emplace_back(text);
  }
  freeifaddrs(all);
  // Temporary IPv6 addresses (RFC 8981) come and go; the first stays.
  if (family == AF_INET6 && addresses.size() > 1) addresses.resize(1);
  return addresses;
}

}  // namespace zone
