#pragma once

// What a migration on the same host has to remember for the way back.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace moving {

// Where it stands, as JSON.
inline constexpr char kMigrationNote[] = "/etc/chatmail/migration.json";
struct MigrationNote {
  std::vector<std::string> units;      // that were enabled
  std::vector<std::string> set_aside;  // files that got another name
};
std::string print_note(const MigrationNote& note);
// Names that are none of theirs are passed over.
std::optional<MigrationNote> parse_note(std::string_view text);

}  // namespace moving
