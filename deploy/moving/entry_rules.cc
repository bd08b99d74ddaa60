#include "deploy/moving/entry_rules.h"

#include <openssl/sha.h>

#include <cstring>
#include <filesystem>

#include "deploy/moving/limits.h"

namespace moving {
namespace {

// "../../live/x": behind a name ".." would be the folder above wherever that
// name leads.
bool goes_up_first(const std::filesystem::path& target) {
  bool goes_down = false;
  for (const auto& step : target) {
    if (step == ".." && goes_down) return false;
    goes_down = goes_down || step != "..";
  }
  return true;
}

}  // namespace

std::optional<std::size_t> EntryRules::root_of(std::string_view name) const {
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    if (is_within(name, std::string_view(roots_[i].path).substr(1))) return i;
  }
  return std::nullopt;
}

std::string EntryRules::look_at_name(std::string_view name) {
  if (name.empty()) return "an entry has no name";
  if (name.size() > kMostName) return "a name is too long";
  if (name.front() == '/') return "its name begins at the root of a system";
  while (true) {
    const std::size_t end = name.find('/');
    const std::string_view step = name.substr(0, end);
    if (step.empty() || step == "." || step == "..") {
      return "its name has a step that is empty, '.' or '..'";
    }
    if (end == std::string_view::npos) return {};
    name.remove_prefix(end + 1);
  }
}

EntryRules::Digest EntryRules::digest_of(std::string_view name) {
  unsigned char octets[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(),
         octets);
  Digest digest{};
  std::memcpy(digest.data(), octets, sizeof digest);
  return digest;
}

// What has something in it is a folder from then on, and nothing else.
std::string EntryRules::look_at_ancestors(std::string_view name) {
  for (std::size_t slash = name.find('/'); slash != std::string_view::npos;
       slash = name.find('/', slash + 1)) {
    const std::string_view above = name.substr(0, slash);
    if (links_.contains(above)) return "it stands below a symbolic link";
    if (files_.contains(digest_of(above))) return "it stands below a file";
    folders_.emplace(above);
  }
  return {};
}

std::string EntryRules::look_at_target(const Entry& entry) const {
  if (entry.type == EntryType::kHardLink) {
    return files_.contains(digest_of(entry.target))
               ? ""
               : "it is another name of a file that is not before it";
  }
  const std::filesystem::path target(entry.target);
  const std::string place =
      (std::filesystem::path(entry.name).parent_path() / target)
          .lexically_normal();
  const bool stays = !entry.target.empty() && target.is_relative() &&
                     goes_up_first(target) &&
                     root_of(entry.name) == root_of(place);
  return stays ? "" : "it is a link that leads out: " + entry.target;
}

std::string EntryRules::look_at(const Entry& entry) {
  std::string error = look_at_ancestors(entry.name);
  if (!error.empty()) return error;
  if (files_.contains(digest_of(entry.name)) || links_.contains(entry.name)) {
    return "its name comes twice";
  }
  switch (entry.type) {
    case EntryType::kFolder:
      folders_.insert(entry.name);
      return {};
    case EntryType::kOther:
      return "it is a device, a FIFO or a socket";
    default:
      break;
  }
  if (folders_.contains(entry.name)) return "its name comes twice";
  if (entry.type != EntryType::kFile) error = look_at_target(entry);
  if (!error.empty()) return error;
  if (entry.type == EntryType::kLink) {
    links_.insert(entry.name);
  } else {
    files_.insert(digest_of(entry.name));
  }
  return {};
}

}  // namespace moving
