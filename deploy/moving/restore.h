#pragma once

// A backup into a relay again: on the host that it was made on, or on another.
//
// The archive is read twice, the first time only to look at it.  What stands
// in the way is told before anything is touched; what was here stays beside
// what comes.

#include <cstdint>
#include <set>
#include <string>

#include "deploy/installation/story.h"
#include "deploy/moving/carrier.h"

namespace moving {

struct RestoreOptions {
  std::string file;
  std::string root;  // "" or a folder that stands for /; no program is asked
  std::set<Part> without{};
  bool dry_run = false;
  bool force = false;    // although a relay, or its mail, is here
  std::int64_t now = 0;  // seconds since 1970
  std::function<void(const Tally&)> on_progress{};
};

struct RestoreResult {
  bool good = false;
  std::string config_file;  // of the relay that was restored
};

RestoreResult restore(const RestoreOptions& options,
                      installation::Story& story);

// Programs that serve mail on this host now, "master on port 25".
std::vector<std::string> who_serves_mail();

// Accounts in a mailboxes_dir; none when it is not there.
std::set<std::string> accounts_in(const std::string& mailboxes_dir);

}  // namespace moving
