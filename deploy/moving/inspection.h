#pragma once

// All of an archive, or of a tree, looked at before any of it is used: that
// nothing in it leads out of its places, that it is whole, and what it has.
//
// A backup brings its own places in its manifest and its own list of contents.
// What another hand has packed has neither: the places are given, and what
// stands elsewhere is counted and left alone.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deploy/moving/contents.h"
#include "deploy/moving/entry_rules.h"
#include "deploy/moving/manifest.h"

namespace moving {

// How many entries show that something goes on.
inline constexpr std::uint64_t kEntriesBetweenProgress = 256;

struct Tally {
  std::uint64_t files = 0;
  std::uint64_t octets = 0;
};

struct Inspection {
  std::optional<Manifest> manifest;  // of a backup
  Roots roots;
  std::vector<Tally> tallies;      // of each root; no file: it may be empty
  std::vector<bool> has;           // whether there is anything of the root
  std::string ini;                 // the text of the chatmail.ini in it
  std::set<std::string> accounts;  // that have a password
  std::set<std::string> owners;    // users and groups, by name
  std::set<std::string> groups;
  std::map<std::string, std::uint64_t> elsewhere;  // top folder to entries

  Tally of(Part part) const;
};

struct InspectionOptions {
  bool is_backup = true;
  Roots roots{};      // of what is no backup
  std::string ini{};  // its name, in what is no backup: "usr/.../x.ini"
  // Called now and then; at the end with nothing, to take the display away.
  std::function<void(const Tally&)> on_progress{};
  // Of the roots alone, with the index of the root: for who takes them.
  std::function<std::string(archive_entry&, Content&, std::size_t)> forward{};
};

// "" or why it cannot be used.
std::string inspect(const Source& source, const InspectionOptions& options,
                    Inspection& found);

}  // namespace moving
