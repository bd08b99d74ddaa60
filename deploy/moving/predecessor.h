#pragma once

// A relay of the Python programs that relays ran before this one: where it has
// its files, which units it has, and what of it stays behind.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "deploy/moving/belongings.h"
#include "deploy/relay/site.h"

namespace moving {

inline constexpr char kTheirIni[] = "/usr/local/lib/chatmaild/chatmail.ini";
inline constexpr char kOurIni[] = "/etc/chatmail/chatmail.ini";
// OpenDKIM's key, which its selector is named after.
inline constexpr char kTheirKey[] = "/etc/dkimkeys/opendkim.private";
inline constexpr char kTheirSelector[] = "opendkim";

struct TheirUnit {
  std::string_view name;
  // A file in /etc/systemd/system with the name of one of our units: systemd
  // would take it for ours.
  bool hides_ours = false;
};
std::span<const TheirUnit> their_units();

struct Leftover {
  std::string path;
  std::string what;
};
// Those that are there; `root` is "" or a folder that stands for /.
std::vector<Leftover> leftovers(const std::string& root);

struct Predecessor {
  std::string ini;  // its text
  daemons::Settings settings;
  relay::Site site;
  std::vector<std::string> errors;    // it cannot be taken over
  std::vector<std::string> warnings;  // keys that have no effect here
};

// `name` is only for the messages.
Predecessor read_predecessor(const std::string& ini, const std::string& name);

// What is taken over as it is.
Roots their_roots(const relay::Site& site);

}  // namespace moving
