#pragma once

// The network that stands for a client where clients are counted: an IPv4
// address, or the /64 of an IPv6 one, because one customer has all of it.

#include <string>
#include <string_view>

namespace doveauth {

// "192.0.2.1", "2001:db8:0:1::"; "" for what is no address, and for the
// loopback: who comes from there is a proxy, and everybody.
std::string network_of(std::string_view address);

}  // namespace doveauth
