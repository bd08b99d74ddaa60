#pragma once

// The pages of a relay, from their sources.
//
// A folder of sources has NAME.md, one for each page, perhaps layout.html that
// goes around them, and files that are published as they are (style.css,
// pictures, robots.txt).  An operator's own folder (`www_folder`) replaces the
// shipped one whole; only layout.html, style.css and robots.txt are taken from
// the shipped one where it has none.  Its sources may stand in `src/`.  A
// folder without any NAME.md is published as it is.
//
// A relay with more_mail_domains has the pages of each in a folder of its name,
// DOMAIN/index.html, where nginx finds them by the name that is asked for.
//
// Either all files come out or none: whatever is wrong, with file and line, is
// in `errors`.

#include <string>
#include <vector>

#include "daemon/settings.h"

namespace webpage {

struct SiteFile {
  std::string name;  // relative, with '/' between folders
  std::string octets;
};

struct Site {
  std::vector<SiteFile> files;      // by name
  std::vector<std::string> errors;  // not empty: nothing may be published
};

// share/chatmilter/www beside the programs.
std::string shipped_sources();

// `www_folder` of the settings, or the shipped sources.  `config_file` is the
// chatmail.ini that they are from: a relative folder stands beside it.
Site build_site(const daemons::Settings& settings,
                const std::string& config_file);
Site build_site(const daemons::Settings& settings, const std::string& folder,
                const std::string& shipped);

}  // namespace webpage
