#include "deploy/relay/render.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "daemon/program_files.h"
#include "deploy/relay/services.h"
#include "deploy/relay/template_text.h"
#include "deploy/relay/values.h"

namespace relay {
namespace {

// When a Site has a file.
using Condition = bool (*)(const Site&);

bool always(const Site& /*site*/) { return true; }
bool has_acme(const Site& site) { return site.tls.mode == TlsMode::kAcme; }
bool has_external(const Site& site) {
  return site.tls.mode == TlsMode::kExternal;
}
bool has_mtail(const Site& site) { return !site.mtail_address.empty(); }
bool has_iroh(const Site& site) { return site.iroh == IrohRelay::kOurs; }
bool has_mailboxes_elsewhere(const Site& site) {
  return !site.mailboxes_dir.starts_with("/home/vmail/");
}
bool has_doveauth_port(const Site& site) {
  return site.doveauth_http_port != 0;
}
bool has_redis(const Site& site) { return site.redis_by_network; }
bool has_newemail_port(const Site& site) { return site.newemail_port != 0; }
bool looks_up_mta_sts(const Site& site) { return site.mta_sts_lookup; }

struct Row {
  const char* form;  // in the folder of the templates
  const char* path;
  Condition condition = always;
  const char* unit = "";  // that has to be told
  Notice notice = Notice::kReload;
  unsigned mode = 0644;
  const char* group = "root";
};

constexpr Notice kReload = Notice::kReload;
constexpr Notice kRestart = Notice::kRestart;

// Instead of units: who reads chatmail.ini itself.
constexpr std::string_view kReaders = "daemons()";

const Row kRows[] = {
    {"chatmail/settings", "/etc/chatmail/settings-in-force", always,
     kReaders.data(), kRestart},
    {"systemd/tmpfiles.conf", "/etc/tmpfiles.d/chatmail-site.conf", always,
     "systemd-tmpfiles-setup.service", kRestart},
    {"systemd/milter.conf",
     "/etc/systemd/system/chatmail-milter.service.d/chatmail.conf", always,
     "chatmail-milter.service", kRestart},
    {"systemd/policyd.conf",
     "/etc/systemd/system/chatmail-policyd.service.d/chatmail.conf", always,
     "chatmail-policyd.service", kRestart},
    {"systemd/sysctl.conf", "/etc/sysctl.d/90-chatmail.conf", always,
     "systemd-sysctl.service", kRestart},
    {"systemd/journald.conf", "/etc/systemd/journald.conf.d/chatmail.conf",
     always, "systemd-journald.service", kRestart},
    {"unbound/chatmail.conf", "/etc/unbound/unbound.conf.d/chatmail.conf",
     always, "unbound.service", kRestart},
    {"unbound/resolv.conf", "/etc/resolv.conf"},
    {"acme/target", "/var/lib/acme/conf/target", has_acme},
    {"acme/responses", "/var/lib/acme/conf/responses", has_acme},
    {"acme/desired", "/var/lib/acme/desired/chatmail", has_acme,
     "chatmail-acme.service", kRestart},
    {"acme/hook", "/etc/acme/hooks/chatmail", has_acme, "", kReload, 0755},
    {"acme/chatmail-acme.service", "/etc/systemd/system/chatmail-acme.service",
     has_acme},
    {"acme/chatmail-acme.timer", "/etc/systemd/system/chatmail-acme.timer",
     has_acme, "chatmail-acme.timer", kRestart},
    {"systemd/chatmail-certificate.path",
     "/etc/systemd/system/chatmail-certificate.path", has_external,
     "chatmail-certificate.path", kRestart},
    {"systemd/chatmail-certificate.service",
     "/etc/systemd/system/chatmail-certificate.service", has_external},
    {"postfix/main.cf", "/etc/postfix/main.cf", always, "postfix.service",
     kRestart},
    {"postfix/master.cf", "/etc/postfix/master.cf", always, "postfix.service"},
    {"systemd/restart.conf",
     "/etc/systemd/system/postfix@-.service.d/chatmail.conf", always,
     "postfix.service", kRestart},
    {"dovecot/dovecot.conf", "/etc/dovecot/dovecot.conf", always,
     "dovecot.service"},
    {"dovecot/auth.conf", "/etc/dovecot/auth.conf", always, "dovecot.service"},
    {"dovecot/push_notification.lua", "/etc/dovecot/push_notification.lua",
     always, "dovecot.service"},
    {"dovecot/auth.lua", "/etc/dovecot/auth.lua", has_doveauth_port,
     "dovecot.service"},
    {"systemd/dovecot.conf",
     "/etc/systemd/system/dovecot.service.d/chatmail.conf", always,
     "dovecot.service", kRestart},
    {"nginx/newemail.conf", "/etc/nginx/chatmail-newemail.conf", always,
     "nginx.service"},
    {"nginx/config-v1.1.xml", "/etc/chatmail/well-known/config-v1.1.xml"},
    {"nginx/mta-sts.txt", "/etc/chatmail/well-known/mta-sts.txt",
     publishes_mta_sts},
    {"nginx/nginx.conf", "/etc/nginx/nginx.conf", always, "nginx.service"},
    {"systemd/restart.conf",
     "/etc/systemd/system/nginx.service.d/chatmail.conf", always,
     "nginx.service", kRestart},
    {"turn/turnserver.conf", "/etc/turnserver.conf", always, "coturn.service",
     kRestart, 0640, "turnserver"},
    {"turn/coturn-dropin.conf",
     "/etc/systemd/system/coturn.service.d/chatmail.conf", always,
     "coturn.service", kRestart},
    {"iroh/iroh-relay.toml", "/etc/iroh-relay.toml", has_iroh,
     "iroh-relay.service", kRestart},
    {"iroh/iroh-relay.service", "/etc/systemd/system/iroh-relay.service",
     has_iroh, "iroh-relay.service", kRestart},
    {"mtail/chatmail.mtail", "/etc/mtail/chatmail.mtail", has_mtail,
     "chatmail-mtail.service", kRestart},
    {"mtail/chatmail-mtail.service",
     "/etc/systemd/system/chatmail-mtail.service", has_mtail,
     "chatmail-mtail.service", kRestart},
    {"mta-sts/mta-sts-daemon.yml", "/etc/mta-sts-daemon.yml", looks_up_mta_sts,
     "postfix-mta-sts-resolver.service", kRestart},
    {"mta-sts/dropin.conf",
     "/etc/systemd/system/postfix-mta-sts-resolver.service.d/chatmail.conf",
     looks_up_mta_sts, "postfix-mta-sts-resolver.service", kRestart},
    {"systemd/network.conf",
     "/etc/systemd/system/chatmail-doveauth.service.d/network.conf", has_redis,
     "chatmail-doveauth.service", kRestart},
    {"systemd/network.conf",
     "/etc/systemd/system/chatmail-policyd.service.d/network.conf", has_redis,
     "chatmail-policyd.service", kRestart},
    {"systemd/loopback.conf",
     "/etc/systemd/system/chatmail-doveauth.service.d/loopback.conf",
     has_doveauth_port, "chatmail-doveauth.service", kRestart},
    {"systemd/loopback.conf",
     "/etc/systemd/system/chatmail-newemail.service.d/loopback.conf",
     has_newemail_port, "chatmail-newemail.service", kRestart},
    {"systemd/mailboxes.conf",
     "/etc/systemd/system/chatmail-doveauth.service.d/mailboxes.conf",
     has_mailboxes_elsewhere, "chatmail-doveauth.service", kRestart},
    {"systemd/mailboxes.conf",
     "/etc/systemd/system/chatmail-lastlogin.service.d/mailboxes.conf",
     has_mailboxes_elsewhere, "chatmail-lastlogin.service", kRestart},
    {"systemd/mailboxes.conf",
     "/etc/systemd/system/chatmail-metadata.service.d/mailboxes.conf",
     has_mailboxes_elsewhere, "chatmail-metadata.service", kRestart},
    {"systemd/mailboxes.conf",
     "/etc/systemd/system/chatmail-expire.service.d/mailboxes.conf",
     has_mailboxes_elsewhere},
    {"systemd/mailboxes.conf",
     "/etc/systemd/system/chatmail-fsreport.service.d/mailboxes.conf",
     has_mailboxes_elsewhere},
};

bool read_form(const std::string& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  text = content.str();
  return file.good() && !text.empty();
}

std::vector<std::string> units_of(const Row& row) {
  if (row.unit == kReaders) return daemons();
  if (*row.unit == '\0') return {};
  return {row.unit};
}

void add(const Row& row, const std::string& templates, const Values& values,
         Rendering& rendering) {
  const std::string place = templates + "/" + row.form;
  std::string form;
  if (!read_form(place, form)) {
    rendering.errors.push_back(place + ": cannot be read");
    return;
  }
  Expansion expansion = expand(form, values);
  if (!expansion.error.empty()) {
    rendering.errors.push_back(fmt::format("{}: {}", place, expansion.error));
    return;
  }
  ConfigFile file;
  file.path = row.path;
  file.text = std::move(expansion.text);
  file.mode = row.mode;
  file.group = row.group;
  for (std::string& unit : units_of(row)) {
    file.concerns.push_back({std::move(unit), row.notice});
  }
  file.is_unit = file.path.starts_with("/etc/systemd/system/");
  file.replaces_link = file.path == "/etc/resolv.conf";
  rendering.files.push_back(std::move(file));
}

}  // namespace

std::vector<std::string> all_paths() {
  std::vector<std::string> paths;
  for (const Row& row : kRows) paths.emplace_back(row.path);
  return paths;
}

bool is_ours(std::string_view path, std::string_view text) {
  // In that folder there are some whose form has no place for a remark.
  return path.starts_with("/etc/chatmail/") ||
         text.find("ritten by chatmail") != std::string_view::npos;
}

Rendering render(const Site& site, const std::string& templates) {
  Rendering rendering;
  const Values values = values_of(site);
  for (const Row& row : kRows) {
    if (row.condition(site)) {
      add(row, templates, values, rendering);
    } else {
      rendering.absent.emplace_back(row.path);
    }
  }
  return rendering;
}

std::string templates_directory() {
  namespace fs = std::filesystem;
  std::error_code problem;
  const fs::path rules = daemons::shipped_rules_directory();
  return (rules.parent_path() / "templates").string();
}

}  // namespace relay
