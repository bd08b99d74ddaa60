#pragma once

// A relay into one file, while it runs.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/moving/belongings.h"
#include "deploy/moving/inspection.h"
#include "deploy/relay/site.h"

namespace moving {

struct BackupOptions {
  std::string root;          // "" or a folder that stands for /
  std::string file;          // the archive; "-" is standard output
  std::string config_file;   // the chatmail.ini that the settings are of
  std::set<Part> without{};  // never the settings
  std::int64_t now = 0;      // seconds since 1970
  // Called now and then.
  std::function<void(const Tally&)> on_progress{};
};

struct BackupResult {
  std::string error;  // not empty: there is no archive
  std::map<Part, Tally> parts;
  std::uint64_t accounts = 0;
  std::uint64_t archive_octets = 0;
};

BackupResult back_up(const daemons::Settings& settings, const relay::Site& site,
                     const BackupOptions& options);

}  // namespace moving
