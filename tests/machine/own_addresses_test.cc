#include "deploy/machine/own_addresses.h"

#include <catch2/catch.hpp>

TEST_CASE("the loopback is this host, and what is reserved is not") {
  std::string error;
  for (const char* own : {"127.0.0.1", "127.1.2.3", "::ffff:127.0.0.1"}) {
    INFO(own << ' ' << error);
    CHECK(machine::is_this_host(own, error));
  }
  // RFC 5737, RFC 3849: no host has them.
  for (const char* other : {"192.0.2.1", "2001:db8::1"}) {
    error.clear();
    CHECK_FALSE(machine::is_this_host(other, error));
    CHECK(error == std::string(other) + " is not this host");
  }
  // A label of more than 63 octets: nobody has to be asked.
  error.clear();
  const std::string none(70, 'a');
  CHECK_FALSE(machine::is_this_host(none, error));
  CHECK(error.find(none + ": ") == 0);
}
