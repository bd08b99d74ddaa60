#include "deploy/installation/credentials.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "deploy/machine/certificate.h"
#include "deploy/machine/file.h"

namespace installation {
namespace {

constexpr unsigned kRsaBits = 2048;

bool exists(const std::string& place) {
  std::error_code problem;
  return std::filesystem::exists(place, problem);
}

// PEM of a new RSA key; empty when OpenSSL makes none.
std::string make_rsa_key() {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_RSA_gen(kRsaBits), &EVP_PKEY_free);
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()),
                                                      &BIO_free);
  if (key == nullptr || out == nullptr ||
      PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0,
                               nullptr, nullptr) != 1) {
    return {};
  }
  char* octets = nullptr;
  const long size = BIO_get_mem_data(out.get(), &octets);
  return {octets, static_cast<std::size_t>(size)};
}

// The group that may read it is the milter's, where that user exists.
void make_dkim_key(const std::string& path, const std::string& root,
                   bool dry_run, Credentials& found) {
  const std::string place = root + path;
  found.all.push_back({"DKIM key", place, !exists(place)});
  if (!found.all.back().made || dry_run) return;
  const std::string key = make_rsa_key();
  if (key.empty()) {
    found.errors.push_back(place + ": no key could be made");
    return;
  }
  machine::FileAccess access{.mode = 0640};
  if (root.empty()) {
    access.owner = "root";
    access.group = "chatmilter";
  }
  const std::string error = machine::replace_file(place, key, access);
  if (!error.empty()) found.errors.push_back(error);
}

void make_certificate(const relay::Site& site, const std::string& root,
                      bool dry_run, std::int64_t now, Credentials& found) {
  const std::string certificate = root + site.tls.certificate;
  const std::string key = root + site.tls.key;
  const bool missing = !exists(certificate) || !exists(key);
  found.all.push_back({"self-signed certificate", certificate, missing});
  if (!missing || dry_run) return;
  const machine::SelfSigned made =
      machine::make_self_signed(site.mail_domain, now);
  std::string error = made.error;
  if (error.empty()) {
    error = machine::replace_file(key, made.key, {.mode = 0600});
  }
  if (error.empty())
    error = machine::replace_file(certificate, made.certificate, {});
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
  make_dkim_key(settings.text("dkim_key"), root, dry_run, found);
  if (site.tls.mode == relay::TlsMode::kSelfSigned) {
    make_certificate(site, root, dry_run, now, found);
  }
  return found;
}

}  // namespace installation
