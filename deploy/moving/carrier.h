#pragma once

// From a source into the places of a relay: the same for a backup, a tree and
// another relay's archive.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/installation/preflight.h"
#include "deploy/installation/story.h"
#include "deploy/moving/inspection.h"
#include "deploy/moving/staging.h"

namespace moving {

struct CarryOptions {
  std::string root;          // "" or a folder that stands for /
  std::set<Part> without{};  // parts that stay where they are
  StagingOptions staging{};
};

// What stands in the way of `found` on this host: users that it does not have,
// and disks that are too small.
std::vector<installation::Problem> obstacles(const Inspection& found,
                                             const CarryOptions& options);

// Reads the source once more, and puts all of it in place, or nothing.
bool carry(const Source& source, const InspectionOptions& inspection,
           const CarryOptions& options, installation::Story& story);

// ".before-restore-20261129-193000", in UTC; `what` is "restore".
std::string stamp_of(const std::string& what, std::int64_t now);

// "1 account", "2 accounts"
std::string counted(std::uint64_t number, std::string_view one);

// "1.2 GB"
std::string size_text(std::uint64_t octets);

// "mailboxes: 120 files, 1.2 GB", of each part that has any.
void tell_parts(const Inspection& found, const std::set<Part>& without,
                installation::Story& story);

}  // namespace moving
