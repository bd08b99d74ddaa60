#pragma once

// Two folders that stand for hosts, and a relay in the first of them.

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include "deploy/moving/backup.h"
#include "deploy/moving/migration.h"
#include "deploy/moving/restore.h"
#include "tests/daemon/temporary_directory.h"

namespace test {

namespace fs = std::filesystem;

inline constexpr char kMailboxes[] = "/home/vmail/mail/_x.example";
inline constexpr std::int64_t kNow = 1'800'000'000;

class RelayWorld {
 public:
  RelayWorld() {
    put("/etc/chatmail/chatmail.ini", "[params]\nmail_domain = _x.example\n");
    put("/etc/chatmilter/rules.d/10-own.conf", "# own\n");
    put("/etc/dkimkeys/opendkim.private", "a key of a test\n", 0600);
    put("/etc/ssl/certs/mailserver.pem", "a certificate\n");
    put("/etc/ssl/private/mailserver.key", "its key\n", 0600);
    put("/var/lib/chatmail-metadata/turn.secret", "turn\n", 0600);
    put("/var/spool/postfix/deferred/3/3Cabc", "queued\n", 0700);
    put("/var/spool/postfix/incoming/unfinished", "que", 0600);
    make_mailbox("ann@_x.example");
    make_mailbox("bob@_x.example");
    settings =
        daemons::read_settings(here("/etc/chatmail/chatmail.ini")).settings;
    site = relay::make_site(settings, {}).site;
  }

  // The paths of something on either host.
  std::string here(const std::string& path) const {
    return folder.path("here") + path;
  }
  std::string there(const std::string& path) const {
    return folder.path("there") + path;
  }
  std::string archive() const { return folder.path("backup.tar.zst"); }

  void put(const std::string& path, const std::string& text,
           mode_t mode = 0644) const {
    write(here(path), text, mode);
  }
  static void write(const std::string& path, const std::string& text,
                    mode_t mode = 0644) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void set_time(const std::string& path, std::time_t when) {
    const timespec times[2] = {{when, 123456789}, {when, 123456789}};
    utimensat(AT_FDCWD, path.c_str(), times, 0);
  }

  std::string mailbox(const std::string& address,
                      const std::string& name = "") const {
    return here(std::string(kMailboxes) + "/" + address + "/" + name);
  }
  void make_mailbox(const std::string& address) const {
    write(mailbox(address, "new/1.M1.host"), "new of " + address, 0600);
    write(mailbox(address, "cur/2.M2.host:2,S"), "read of " + address, 0600);
    fs::create_directories(mailbox(address, "tmp"));
    write(mailbox(address, "dovecot-uidlist"), "3 V1 N3 G0\n1 :1.M1.host\n");
    write(mailbox(address, "enforceE2EEincoming"), "");
    write(mailbox(address, "password"), "{SHA512-CRYPT}$6$x$y", 0600);
    set_time(mailbox(address, "password"), 1'700'000'000);
  }

  moving::BackupResult back_up(moving::BackupOptions options = {}) const {
    options.root = folder.path("here");
    if (options.file.empty()) options.file = archive();
    options.config_file = "/etc/chatmail/chatmail.ini";
    options.now = kNow;
    return moving::back_up(settings, site, options);
  }

  struct Told {
    bool good = false;
    std::string text;
  };
  Told restore(moving::RestoreOptions options = {}) const {
    if (options.file.empty()) options.file = archive();
    options.root = folder.path("there");
    options.now = kNow;
    std::ostringstream out;
    installation::Story story(out, /*colour=*/false, /*json=*/false);
    const bool good = moving::restore(options, story).good;
    return {good, out.str()};
  }

  // Every file below a folder: its path to octets, mode and mtime.
  static std::map<std::string, std::string> files(const std::string& folder) {
    std::map<std::string, std::string> all;
    if (!fs::exists(folder)) return all;
    for (const auto& one : fs::recursive_directory_iterator(folder)) {
      struct stat status {};
      lstat(one.path().c_str(), &status);
      std::ostringstream text;
      text << std::oct << status.st_mode << std::dec << ' '
           << status.st_mtim.tv_sec << '.' << status.st_mtim.tv_nsec << ' ';
      if (one.is_symlink()) {
        text << fs::read_symlink(one.path());
      } else if (one.is_regular_file()) {
        text << read(one.path());
      }
      all[one.path().string().substr(folder.size())] = text.str();
    }
    return all;
  }

  TemporaryDirectory folder;
  daemons::Settings settings;
  relay::Site site;
};

}  // namespace test
