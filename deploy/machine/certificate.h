#pragma once

// The certificate of the relay: how long it holds and for which names, and a
// self-signed one for relays without a name that an authority would certify.

#include <cstdint>
#include <string>
#include <vector>

namespace machine {

struct Certificate {
  std::string error;  // not empty: it is not there, or is none
  std::int64_t not_before = 0;
  std::int64_t not_after = 0;  // seconds since 1970
  std::vector<std::string> names;
  bool is_self_signed = false;
};

Certificate read_certificate(const std::string& path);

struct SelfSigned {
  std::string certificate;  // PEM
  std::string key;          // PEM, PKCS#8
  std::string error;
};

// ECDSA P-256, for 100 years; each name is a domain or an IP address, and www.
// and mta-sts. of a domain are in it too.
SelfSigned make_self_signed(const std::vector<std::string>& names,
                            std::int64_t now);

}  // namespace machine
