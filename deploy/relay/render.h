#pragma once

// A Site into the files that make stock programs a relay.
//
// Rendering is a function: the same Site and templates give the same octets,
// nothing of the host is read or written.  Who installs the files compares
// them with what is there, and knows of each which unit has to take notice.

#include <string>
#include <string_view>
#include <vector>

#include "deploy/relay/site.h"

namespace relay {

enum class Notice {
  kReload,   // systemctl reload-or-restart
  kRestart,  // systemctl restart
};

struct UnitNotice {
  std::string unit;
  Notice notice = Notice::kReload;
};

struct ConfigFile {
  std::string path;  // absolute
  std::string text;
  unsigned mode = 0644;
  std::string owner = "root";
  std::string group = "root";
  std::vector<UnitNotice> concerns;  // after the file has changed
  // A unit or a drop-in: `systemctl daemon-reload` comes first.
  bool is_unit = false;
  // Somebody else's program may have made it a link: replace it by a file.
  bool replaces_link = false;
};

struct Rendering {
  std::vector<ConfigFile> files;  // in the order in which to write them
  // Files of another Site that this one must not have (paths): an optional
  // service that is off now.
  std::vector<std::string> absent;
  std::vector<std::string> errors;  // a template is missing or broken
};

// Every path that a rendering may have, of whatever Site.
std::vector<std::string> all_paths();

// Whether a file is of our hand, by its text; what is not is never removed.
bool is_ours(std::string_view path, std::string_view text);

// `templates` is a folder: templates_directory(), or deploy/templates.
Rendering render(const Site& site, const std::string& templates);

// share/chatmilter/templates beside the folder of this program, or under /usr.
std::string templates_directory();

}  // namespace relay
