#include "deploy/installation/changes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "deploy/machine/file.h"
#include "deploy/machine/unified_diff.h"

namespace installation {
namespace {

namespace fs = std::filesystem;

machine::FileAccess access_of(const relay::ConfigFile& file,
                              const std::string& root) {
  machine::FileAccess access{.mode = static_cast<mode_t>(file.mode)};
  if (root.empty()) {
    access.owner = file.owner;
    access.group = file.group;
  }
  return access;
}

bool is_link(const std::string& place) {
  std::error_code problem;
  return fs::is_symlink(fs::symlink_status(place, problem));
}

// What is there now, to come back to.
void note_access(Change& change) {
  struct stat status {};
  if (stat(change.place.c_str(), &status) != 0) return;
  change.mode_before = status.st_mode & 07777;
  change.owner_before = status.st_uid;
  change.group_before = status.st_gid;
}

// False when nobody knows what is there, which is noted.
bool read(const std::string& place, std::optional<std::string>& text,
          Changes& changes) {
  std::string error;
  text = machine::read_text(place, error);
  if (error.empty()) return true;
  const bool is_hidden = access(place.c_str(), R_OK) != 0 && errno == EACCES;
  (is_hidden ? changes.hidden : changes.errors)
      .push_back(is_hidden ? place : error);
  return false;
}

std::optional<Change> change_of(const relay::ConfigFile& file,
                                const std::string& root, Changes& changes) {
  Change change;
  change.path = file.path;
  change.place = root + file.path;
  change.file = &file;
  note_access(change);
  std::optional<std::string> text;
  if (!read(change.place, text, changes)) return std::nullopt;
  if (!text) {
    change.kind = Change::Kind::kNew;
  } else if (*text != file.text ||
             (file.replaces_link && is_link(change.place))) {
    change.before = *text;
  } else if (!machine::has_access(change.place, access_of(file, root))) {
    change.before = *text;
    change.kind = Change::Kind::kAccess;
    return change;
  } else {
    return std::nullopt;
  }
  change.diff = machine::unified_diff(change.before, file.text, file.path);
  return change;
}

std::optional<Change> removal_of(const std::string& path,
                                 const std::string& root, Changes& changes) {
  Change change;
  change.kind = Change::Kind::kGone;
  change.path = path;
  change.place = root + path;
  note_access(change);
  std::optional<std::string> text;
  if (!read(change.place, text, changes)) return std::nullopt;
  // Somebody else may have one of that name, for himself.
  if (!text || !relay::is_ours(path, *text)) return std::nullopt;
  change.before = *text;
  change.diff = machine::unified_diff(*text, "", path);
  return change;
}

std::string remove(const std::string& place) {
  std::error_code problem;
  fs::remove(place, problem);
  return problem ? place + ": " + problem.message() : "";
}

}  // namespace

Changes changes_of(const relay::Rendering& rendering, const std::string& root) {
  Changes changes;
  for (const relay::ConfigFile& file : rendering.files) {
    if (auto change = change_of(file, root, changes)) {
      changes.all.push_back(std::move(*change));
    }
  }
  for (const std::string& path : rendering.absent) {
    if (auto change = removal_of(path, root, changes)) {
      changes.all.push_back(std::move(*change));
    }
  }
  return changes;
}

std::string carry_out(const Change& change, const std::string& root) {
  if (change.kind == Change::Kind::kGone) return remove(change.place);
  // A file of our own hand is no one's to go back to.
  if (change.kind == Change::Kind::kText &&
      !relay::is_ours(change.path, change.before)) {
    const std::string error = machine::keep_backup(change.place);
    if (!error.empty()) return error;
  }
  if (change.file->replaces_link && is_link(change.place)) {
    const std::string error = remove(change.place);
    if (!error.empty()) return error;
  }
  return machine::replace_file(change.place, change.file->text,
                               access_of(*change.file, root));
}

std::string take_back(const Change& change) {
  if (change.kind == Change::Kind::kNew) return remove(change.place);
  const std::string error = machine::replace_file(change.place, change.before,
                                                  {.mode = change.mode_before});
  if (!error.empty()) return error;
  // Numbers, for they may have no names.  Who is not root owns all of it.
  if (lchown(change.place.c_str(), change.owner_before, change.group_before) !=
          0 &&
      geteuid() == 0) {
    return change.place + ": " + std::strerror(errno);
  }
  return {};
}

}  // namespace installation
