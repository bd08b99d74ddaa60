#include "deploy/installation/credentials.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "deploy/machine/certificate.h"
#include "deploy/machine/file.h"
#include "dkim/signing_key.h"

namespace installation {
namespace {

bool exists(const std::string& place) {
  std::error_code problem;
  return std::filesystem::exists(place, problem);
}

// The group that may read it is the milter's, where that user exists.
void make_dkim_key(const daemons::Settings& settings, const relay::Site& site,
                   const std::string& root, bool dry_run, Credentials& found) {
  const std::string path = settings.text("dkim_key");
  const std::string place = root + path;
  found.all.push_back({"DKIM key", place, !exists(place)});
  if (!found.all.back().made || dry_run) return;
  const auto made = dkim::generate_signing_key(
      dkim::KeyType::kRsa, site.address_domain, settings.text("dkim_selector"));
  if (made.key == nullptr) {
    found.errors.push_back(place + ": " + made.error);
    return;
  }
  machine::FileAccess access{.mode = 0640};
  if (root.empty()) {
    access.owner = "root";
    access.group = "chatmilter";
  }
  const std::string error =
      machine::replace_file(place, made.key->private_pem(), access);
  if (!error.empty()) found.errors.push_back(error);
}

// A client takes a certificate that nobody has signed, but for its name alone.
bool lacks_name(const std::string& path, const relay::Site& site) {
  const machine::Certificate found = machine::read_certificate(path);
  return found.error.empty() && found.is_self_signed &&
         std::any_of(site.mail_domains.begin() + 1, site.mail_domains.end(),
                     [&](const std::string& domain) {
                       return std::find(found.names.begin(), found.names.end(),
                                        domain) == found.names.end();
                     });
}

void make_certificate(const relay::Site& site, const std::string& root,
                      bool dry_run, std::int64_t now, Credentials& found) {
  const std::string certificate = root + site.tls.certificate;
  const std::string key = root + site.tls.key;
  const bool missing =
      !exists(certificate) || !exists(key) || lacks_name(certificate, site);
  found.all.push_back({"self-signed certificate", certificate, missing});
  for (const char* unit :
       {"postfix.service", "dovecot.service", "nginx.service"}) {
    found.all.back().concerns.push_back({unit, relay::Notice::kReload});
  }
  if (!missing || dry_run) return;
  std::vector<std::string> names = site.mail_domains;
  names.front() = site.mail_domain;  // without the brackets of a literal
  const machine::SelfSigned made = machine::make_self_signed(names, now);
  std::string error = made.error;
  // By which a purge knows it; whoever reads PEM passes over it (RFC 7468 2).
  const std::string mark = "# Made and written by chatmail.\n";
  if (error.empty()) {
    error = machine::replace_file(key, mark + made.key, {.mode = 0600});
  }
  if (error.empty()) {
    error = machine::replace_file(certificate, mark + made.certificate, {});
  }
  if (!error.empty()) found.errors.push_back(error);
}

}  // namespace

bool has_certificate(const relay::Site& site, const std::string& root) {
  return exists(root + site.tls.certificate) && exists(root + site.tls.key);
}

Credentials make_credentials(const daemons::Settings& settings,
                             const relay::Site& site, const std::string& root,
                             bool dry_run, std::int64_t now) {
  Credentials found;
  make_dkim_key(settings, site, root, dry_run, found);
  if (site.tls.mode == relay::TlsMode::kSelfSigned) {
    make_certificate(site, root, dry_run, now, found);
  }
  return found;
}

}  // namespace installation
