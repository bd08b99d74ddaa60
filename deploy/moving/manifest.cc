#include "deploy/moving/manifest.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace moving {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "chatmail backup";

bool has_text(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string();
}

// A root as add_root() writes it: no way leads out of it.
bool is_plain(const std::string& path) {
  Roots roots;
  add_root(roots, Part::kSettings, path);
  return roots.size() == 1 && roots.front().path == path;
}

bool read_roots(const Json& list, Roots& roots) {
  if (!list.is_array()) return false;
  for (const Json& one : list) {
    if (!one.is_object() || !has_text(one, "part") || !has_text(one, "path")) {
      return false;
    }
    const auto part = part_named(one["part"].get<std::string>());
    const std::string path = one["path"].get<std::string>();
    if (!part || !is_plain(path) || is_of_the_system(path)) return false;
    roots.push_back({*part, path});
  }
  return true;
}

}  // namespace

std::string print_manifest(const Manifest& manifest) {
  Json roots = Json::array();
  for (const Root& root : manifest.roots) {
    roots.push_back({{"part", name_of(root.part)}, {"path", root.path}});
  }
  const Json all = {{"format", kFormat},
                    {"version", kManifestVersion},
                    {"mail_domain", manifest.mail_domain},
                    {"made", manifest.made},
                    {"config_file", manifest.config_file},
                    {"roots", roots}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Manifest> parse_manifest(std::string_view text,
                                       std::string& error) {
  const Json all = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!all.is_object() || !has_text(all, "format") ||
      all["format"] != kFormat || !all.contains("version") ||
      !all["version"].is_number_integer()) {
    error = "its manifest is none of a chatmail backup";
    return std::nullopt;
  }
  if (all["version"] != kManifestVersion) {
    error = fmt::format(
        "it is of version {}, and this program knows version {}: restore it "
        "with the program that made it",
        all["version"].dump(), kManifestVersion);
    return std::nullopt;
  }
  Manifest manifest;
  if (!has_text(all, "mail_domain") || !has_text(all, "config_file") ||
      !all.contains("made") || !all["made"].is_number_integer() ||
      !all.contains("roots") || !read_roots(all["roots"], manifest.roots)) {
    error = "its manifest is not as a chatmail backup has it";
    return std::nullopt;
  }
  manifest.mail_domain = all["mail_domain"].get<std::string>();
  manifest.made = all["made"].get<std::int64_t>();
  manifest.config_file = all["config_file"].get<std::string>();
  return manifest;
}

}  // namespace moving
