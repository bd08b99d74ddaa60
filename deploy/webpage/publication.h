#pragma once

// A site into the folder that nginx serves.
//
// Each file is written beside its place and renamed, only where its octets
// differ, so that a reader never sees half a page and a second run changes
// nothing.  Files that are not of the site stay: the folder may hold what
// others put there (ACME challenges).

#include <string>
#include <vector>

#include "deploy/webpage/site.h"

namespace webpage {

struct Publication {
  std::vector<std::string> written;  // names, new or changed
  std::string error;                 // not empty: it ended there
};

// `dry_run` only finds out what would be written.
Publication publish(const Site& site, const std::string& folder, bool dry_run);

}  // namespace webpage
