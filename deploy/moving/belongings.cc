#include "deploy/moving/belongings.h"

#include <algorithm>
#include <filesystem>
#include <span>

#include "daemon/beside.h"

namespace moving {
namespace {

// More than a folder of the root: "/home" is no mailbox folder.
bool is_shallow(const std::string& path) {
  constexpr auto kLeast = 2;
  return std::count(path.begin(), path.end(), '/') < kLeast;
}

// In front of a path: a relay has files in /etc, but none in these.
constexpr std::string_view kSystem[] = {
    "/bin/",       "/boot/",        "/dev/",
    "/lib",        "/proc/",        "/run/",
    "/sbin/",      "/sys/",         "/usr/bin/",
    "/usr/lib",    "/usr/sbin/",    "/usr/libexec/",
    "/usr/share/", "/etc/cron",     "/etc/init",
    "/etc/rc",     "/etc/profile",  "/etc/bash",
    "/etc/ld.so",  "/etc/pam",      "/etc/sudo",
    "/etc/ssh/",   "/etc/system",   "/etc/udev/",
    "/etc/apt/",   "/etc/passwd",   "/etc/shadow",
    "/etc/group",  "/etc/gshadow",  "/etc/security",
    "/root/.",     "/etc/default/", "/etc/alternatives/"};

void add_all(Roots& roots, Part part, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) add_root(roots, part, path);
}

// Beside the key are its public half and those of other selectors.
void add_key(Roots& roots, const std::string& path) {
  constexpr std::string_view kFolder = "/etc/dkimkeys";
  add_root(roots, Part::kKeys,
           is_within(path, kFolder) ? std::string(kFolder) : path);
}

void add_keys(Roots& roots, const daemons::Settings& settings) {
  add_key(roots, settings.text("dkim_key"));
  add_key(roots, settings.text("dkim_key_ed25519"));
  for (const std::string& word : settings.words("dkim_more_keys")) {
    add_key(roots, word.substr(std::min(word.find('/'), word.size())));
  }
}

}  // namespace

std::string_view name_of(Part part) {
  switch (part) {
    case Part::kSettings:
      return "settings";
    case Part::kKeys:
      return "keys";
    case Part::kCertificates:
      return "certificates";
    case Part::kState:
      return "state";
    case Part::kPage:
      return "page";
    case Part::kMailboxes:
      return "mailboxes";
    case Part::kQueue:
      return "queue";
  }
  return {};
}

std::optional<Part> part_named(std::string_view name) {
  for (const Part part : kParts) {
    if (name_of(part) == name) return part;
  }
  return std::nullopt;
}

bool is_within(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

bool is_of_the_system(const std::string& path) {
  const std::string below = path + "/";
  return is_shallow(path) || std::any_of(std::begin(kSystem), std::end(kSystem),
                                         [&](std::string_view one) {
                                           return below.starts_with(one);
                                         });
}

void add_root(Roots& roots, Part part, const std::string& path) {
  if (!path.starts_with('/')) return;
  std::string normal = std::filesystem::path(path).lexically_normal();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  for (const Root& root : roots) {
    if (is_within(normal, root.path)) return;
  }
  std::erase_if(roots,
                [&](const Root& root) { return is_within(root.path, normal); });
  roots.push_back({part, normal});
}

void add_queue(Roots& roots) {
  for (const auto& names : {std::span<const std::string_view>(kMessageQueues),
                            std::span<const std::string_view>(kQueueNotes)}) {
    for (const std::string_view name : names) {
      add_root(roots, Part::kQueue,
               std::string(kQueueDirectory) + "/" + std::string(name));
    }
  }
}

Roots belongings(const daemons::Settings& settings, const relay::Site& site,
                 const std::string& config_file) {
  Roots roots;
  add_all(
      roots, Part::kSettings,
      {"/etc/chatmail", "/etc/chatmilter", config_file,
       settings.text("own_rules_dir"), settings.text("doveauth_http_secret"),
       settings.text("nocreate_file")});
  add_all(roots, Part::kSettings, settings.words("account_rules"));
  add_keys(roots, settings);
  if (site.tls.mode == relay::TlsMode::kAcme) {
    add_root(roots, Part::kCertificates, "/var/lib/acme");
  } else {
    add_all(roots, Part::kCertificates, {site.tls.certificate, site.tls.key});
  }
  add_all(
      roots, Part::kState,
      {"/var/lib/chatmail", "/var/lib/chatmilter", "/var/lib/chatmail-metadata",
       settings.text("policyd_state_dir"), settings.text("doveauth_state_dir"),
       settings.text("invites_file"), settings.text("turn_secret_file"),
       settings.text("app_versions_file")});
  const std::string page = settings.text("www_folder");
  if (!page.empty()) {
    add_root(roots, Part::kPage, daemons::beside(config_file, page));
  }
  add_root(roots, Part::kMailboxes, site.mailboxes_dir);
  add_queue(roots);
  // A slip in chatmail.ini must not make the system part of the relay.
  std::erase_if(roots,
                [](const Root& root) { return is_of_the_system(root.path); });
  return roots;
}

}  // namespace moving
