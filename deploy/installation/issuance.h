#pragma once

// The certificate of an authority, asked for before any service changes, so
// that a relay that runs can go on with the one that it has when there is none
// to be had.

#include <cstdint>
#include <string>
#include <vector>

#include "deploy/installation/changes.h"
#include "deploy/installation/installer.h"

namespace installation {

// What runs on port 80 and 443 as the run begins.
struct WebServer {
  bool is_active = false;
  // The authority's questions reach acmetool through it.
  bool answers_challenges = false;
  bool is_relays = false;  // its configuration of before is ours
};

// nginx, by systemd and what it had before `changes`.
WebServer web_server_before(const Changes& changes);

enum class Issuance {
  kGood,        // it is there, for all names
  kIncomplete,  // told as a problem; there is one to go on with
  kNone,        // told as a problem
};

// The names that an authority certifies and that the certificate is not for,
// or no more at `now`; all where there is none.
std::vector<std::string> uncertified_names(const relay::Site& site,
                                           const std::string& root,
                                           std::int64_t now);

// Asks where a name lacks, or when what is asked for `is_another` by now.
// nginx may be off afterwards.
Issuance obtain_certificate(const daemons::Settings& settings,
                            const relay::Site& site, const WebServer& nginx,
                            bool is_another, const Options& options,
                            Story& story);

}  // namespace installation
