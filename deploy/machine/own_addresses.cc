#include "deploy/machine/own_addresses.h"

#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <set>

namespace machine {
namespace {

// The octets of an address; an IPv4 one in IPv6 as IPv4.
std::string octets_of(const sockaddr* address) {
  if (address == nullptr) return {};
  if (address->sa_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, address, sizeof ipv4);
    return {reinterpret_cast<const char*>(&ipv4.sin_addr),
            sizeof ipv4.sin_addr};
  }
  if (address->sa_family != AF_INET6) return {};
  sockaddr_in6 ipv6{};
  std::memcpy(&ipv6, address, sizeof ipv6);
  const std::string octets(reinterpret_cast<const char*>(&ipv6.sin6_addr),
                           sizeof ipv6.sin6_addr);
  constexpr std::size_t kPrefix = 12;
  return IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr) ? octets.substr(kPrefix)
                                               : octets;
}

std::set<std::string> own_addresses() {
  std::set<std::string> own;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return own;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    own.insert(octets_of(one->ifa_addr));
  }
  freeifaddrs(all);
  own.erase(std::string());
  return own;
}

}  // namespace

bool is_this_host(const std::string& name, std::string& error) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (status != 0) {
    error = name + ": " + gai_strerror(status);
    return false;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> places(
      found, &freeaddrinfo);
  const std::set<std::string> own = own_addresses();
  for (const addrinfo* place = found; place != nullptr;
       place = place->ai_next) {
    const std::string octets = octets_of(place->ai_addr);
    // All of 127.0.0.0/8 is the loopback.
    const bool is_loopback = octets.size() == 4 && octets[0] == 127;
    if (is_loopback || own.contains(octets)) continue;
    error = name + " is not this host";
    return false;
  }
  return true;
}

}  // namespace machine
