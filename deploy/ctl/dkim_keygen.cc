// `chatmail dkim keygen` and `record`.

#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <ostream>

#include "deploy/ctl/dkim.h"
#include "deploy/ctl/json_text.h"

namespace ctl {
namespace {

using nlohmann::ordered_json;

// The group that the milter is in, where there is one and we may give away.
gid_t milter_group() {
  const auto unchanged = static_cast<gid_t>(-1);
  if (geteuid() != 0) return unchanged;
  const group* found = getgrnam("chatmilter");  // NOLINT(concurrency-*)
  return found == nullptr ? unchanged : found->gr_gid;
}

// Returns errno, or 0.
int fill(int descriptor, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t written = write(descriptor, octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
  const gid_t group = milter_group();
  const bool is_shared = group != static_cast<gid_t>(-1);
  if (is_shared && fchown(descriptor, 0, group) != 0) return errno;
  const mode_t mode = is_shared ? 0640 : 0600;
  if (fchmod(descriptor, mode) != 0 || fsync(descriptor) != 0) return errno;
  return 0;
}

// A file that is there whole, or not; one that was there before stays.
std::string write_new_file(const std::string& path, std::string_view octets) {
  const auto because = [&path](int error) {
    return path + ": " + std::strerror(error);
  };
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkstemp(temporary.data());
  if (descriptor < 0) return because(errno);
  int error = fill(descriptor, octets);
  close(descriptor);
  // Unlike a rename, a link does not replace.
  if (error == 0 && link(temporary.c_str(), path.c_str()) != 0) error = errno;
  unlink(temporary.c_str());
  if (error == EEXIST) {
    return path +
           ": is there already and stays as it is; for another key name "
           "another file by --key, and another --selector";
  }
  return error == 0 ? std::string() : because(error);
}

ordered_json in_json(const dkim::SigningKey& key) {
  return {{"name", key.record_name()},
          {"type", "TXT"},
          {"text", key.strict_record()},
          {"strings", record_strings(key.strict_record())}};
}

void print_record(const DkimTask& task, const dkim::SigningKey& key) {
  task.surroundings.out << (task.options.json ? to_line(in_json(key))
                                              : zone_line(key))
                        << '\n';
}

}  // namespace

int make_dkim_key(const DkimTask& task) {
  const bool is_ed25519 = task.options.type == "ed25519";
  const KeyPlace place = key_place(task, is_ed25519);
  if (place.file.empty() || place.selector.empty()) {
    return task.complain(
        "chatmail.ini has no place for such a key: say --key and --selector");
  }
  if (place.domain.empty()) {
    return task.complain(
        "--domain is missing: no chatmail.ini says mail_domain");
  }
  const auto made = dkim::generate_signing_key(
      is_ed25519 ? dkim::KeyType::kEd25519 : dkim::KeyType::kRsa, place.domain,
      place.selector);
  if (made.key == nullptr) return task.complain(made.error);
  const std::string error = write_new_file(place.file, made.key->private_pem());
  if (!error.empty()) return task.complain(error);
  if (!task.options.json) {
    task.surroundings.err << "chatmail dkim: " << without_controls(place.file)
                          << ": a new key; publish this record, then "
                             "`chatmail dkim test`\n";
  }
  print_record(task, *made.key);
  return kExitDone;
}

int print_dkim_records(const DkimTask& task) {
  std::string error;
  const SigningKeys keys = read_keys(task, error);
  if (keys.empty()) return task.complain(error);
  for (const auto& key : keys) print_record(task, *key);
  return kExitDone;
}

}  // namespace ctl
