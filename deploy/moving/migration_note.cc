#include "deploy/moving/migration_note.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "deploy/moving/predecessor.h"

namespace moving {
namespace {

namespace fs = std::filesystem;

bool is_theirs(const std::string& unit) {
  const auto units = their_units();
  return std::any_of(units.begin(), units.end(),
                     [&](const TheirUnit& one) { return one.name == unit; });
}

// Texts of a list, each if `is_right`.
template <typename IsRight>
std::vector<std::string> texts_of(const nlohmann::json& all, const char* key,
                                  IsRight is_right) {
  std::vector<std::string> texts;
  if (!all.contains(key) || !all[key].is_array()) return texts;
  for (const auto& one : all[key]) {
    if (one.is_string() && is_right(one.get<std::string>())) {
      texts.push_back(one.get<std::string>());
    }
  }
  return texts;
}

}  // namespace

std::string print_note(const MigrationNote& note) {
  const nlohmann::ordered_json all = {{"units", note.units},
                                      {"set_aside", note.set_aside}};
  return all.dump(2) + "\n";
}

std::optional<MigrationNote> parse_note(std::string_view text) {
  const auto all = nlohmann::json::parse(text, nullptr, false);
  if (!all.is_object()) return std::nullopt;
  MigrationNote note;
  note.units = texts_of(all, "units", is_theirs);
  note.set_aside = texts_of(all, "set_aside", [](const std::string& path) {
    const fs::path file(path);
    return file.parent_path() == "/etc/systemd/system" &&
           is_theirs(file.filename());
  });
  return note;
}

}  // namespace moving
