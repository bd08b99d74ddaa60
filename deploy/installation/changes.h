#pragma once

// What a rendering would change in the files of a host, and the changing.
//
// A file is replaced whole.  What the distribution or somebody else had there
// is kept once beside it (machine::kBackupSuffix), for the day on which the
// relay goes.  What is put in place can be taken back until it is kept.

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "deploy/relay/render.h"

namespace installation {

struct Change {
  enum class Kind : std::uint8_t {
    kNew,
    kText,
    kAccess,  // only mode, owner or group
    kGone,    // a file of an option that is off now
  };
  Kind kind = Kind::kText;
  std::string path;    // as the relay sees it
  std::string place;   // where it is: below the root that was given
  std::string before;  // its text, mode and owner; not of kNew
  mode_t mode_before = 0;
  uid_t owner_before = 0;
  gid_t group_before = 0;
  const relay::ConfigFile* file = nullptr;  // not of kGone; the rendering's
  std::string diff;                         // of kNew, kText and kGone
};

struct Changes {
  std::vector<Change> all;
  std::vector<std::string> errors;  // a file that cannot be read
  // Files that root alone may read, while somebody else asks.
  std::vector<std::string> hidden;
};

// `root` is "" or a folder that stands for /; owners count only in "".
Changes changes_of(const relay::Rendering& rendering, const std::string& root);

// Makes one change; "" or what went wrong.
std::string carry_out(const Change& change, const std::string& root);

// Puts back what was there before; "" or what went wrong.
std::string take_back(const Change& change);

}  // namespace installation
