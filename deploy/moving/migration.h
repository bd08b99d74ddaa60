#pragma once

// From a relay of the Python programs to this one, and back.
//
// Mailboxes, passwords, keys, certificates, the queue and chatmail.ini are what
// both read and write, so they are taken over as they are: on the same host
// they stay where they are, from another one they are copied.  What else there
// is (units, programs) is stopped and left, for the way back.

#include <cstdint>
#include <functional>
#include <string>

#include "deploy/installation/story.h"
#include "deploy/moving/inspection.h"

namespace moving {

struct MigrationOptions {
  std::string root;  // "" or a folder that stands for /; no program is asked
  // "" for this host; a folder that has the other's tree, or a tar archive.
  std::string from;
  // Its chatmail.ini, when it is in none of the usual places.
  std::string ini_file;
  bool dry_run = false;
  bool force = false;    // although mail, or another relay, is here
  std::int64_t now = 0;  // seconds since 1970
  std::function<void(const Tally&)> on_progress{};
};

bool migrate(const MigrationOptions& options, installation::Story& story);

// This host's relay, in a form that the Python programs go on with; their units
// that migrate() had stopped run again.
bool move_back(const MigrationOptions& options, installation::Story& story);

}  // namespace moving
