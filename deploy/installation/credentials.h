#pragma once

// What a relay has to have before its programs start, made where it is
// missing and not replaced: the key that signs, and the certificate of a name
// that no authority certifies.  That one is made anew when a domain is added.

#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/relay/render.h"
#include "deploy/relay/site.h"

namespace installation {

struct Credential {
  std::string what;                           // "DKIM key"
  std::string path;                           // below the root
  bool made = false;                          // it was missing
  std::vector<relay::UnitNotice> concerns{};  // who has it open
};

struct Credentials {
  std::vector<Credential> all;
  std::vector<std::string> errors;
};

// `dry_run` only finds out what is missing.  `now` in seconds since 1970.
Credentials make_credentials(const daemons::Settings& settings,
                             const relay::Site& site, const std::string& root,
                             bool dry_run, std::int64_t now);

// Whether the certificate that the site names is there.
bool has_certificate(const relay::Site& site, const std::string& root);

}  // namespace installation
