#include "deploy/machine/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstring>
#include <ctime>
#include <memory>

#include "deploy/machine/file.h"

namespace machine {
namespace {

struct Free {
  void operator()(X509* x) const { X509_free(x); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(X509_EXTENSION* e) const { X509_EXTENSION_free(e); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

std::int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return timegm(&parts);
}

std::vector<std::string> names_of(X509& x) {
  std::vector<std::string> names;
  const Owned<GENERAL_NAMES> all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&x, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    const ASN1_STRING* text = name->type == GEN_DNS     ? name->d.dNSName
                              : name->type == GEN_IPADD ? name->d.iPAddress
                                                        : nullptr;
    if (text == nullptr) continue;
    const auto* octets = ASN1_STRING_get0_data(text);
    const int length = ASN1_STRING_length(text);
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(octets), length);
      continue;
    }
    char shown[INET6_ADDRSTRLEN] = "";
    inet_ntop(length == 4 ? AF_INET : AF_INET6, octets, shown, sizeof shown);
    names.emplace_back(shown);
  }
  return names;
}

std::string text_of(BIO& bio) {
  char* start = nullptr;
  const long length = BIO_get_mem_data(&bio, &start);
  return {start, static_cast<std::size_t>(length)};
}

bool add_extension(X509& x, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &x, &x, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()));
  return extension && X509_add_ext(&x, extension.get(), -1) == 1;
}

bool is_address(const std::string& name) {
  in6_addr ignored{};
  return inet_pton(AF_INET, name.c_str(), &ignored) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &ignored) == 1;
}

// As the extension has them (RFC 5280 4.2.1.6).
std::string alternative_names(const std::string& name) {
  if (is_address(name)) return "IP:" + name;
  return "DNS:" + name + ",DNS:www." + name + ",DNS:mta-sts." + name;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) {
    if (!all.empty()) all += ',';
    all += alternative_names(name);
  }
  return all;
}

bool fill(X509& x, EVP_PKEY& key, const std::vector<std::string>& names,
          std::int64_t now) {
  constexpr long kVersion3 = 2;
  constexpr std::int64_t kCentury = 36'524LL * 24 * 3600;
  constexpr std::int64_t kClockSkew = 24LL * 3600;
  std::uint64_t serial = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) !=
      1) {
    return false;
  }
  X509_set_version(&x, kVersion3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(&x), serial >> 1U | 1U);
  ASN1_TIME_set(X509_getm_notBefore(&x), now - kClockSkew);
  ASN1_TIME_set(X509_getm_notAfter(&x), now + kCentury);
  X509_NAME* subject = X509_get_subject_name(&x);
  constexpr std::size_t kLongestCommonName = 64;  // RFC 5280, ub-common-name
  const std::string common = names.front().substr(0, kLongestCommonName);
  X509_NAME_add_entry_by_txt(
      subject, "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
  X509_set_issuer_name(&x, subject);
  X509_set_pubkey(&x, &key);
  return add_extension(x, NID_subject_alt_name, alternative_names(names)) &&
         add_extension(x, NID_ext_key_usage, "serverAuth,clientAuth") &&
         add_extension(x, NID_basic_constraints, "critical,CA:TRUE") &&
         X509_sign(&x, &key, EVP_sha256()) > 0;
}

}  // namespace

Certificate read_certificate(const std::string& path) {
  Certificate certificate;
  const auto text = read_text(path, certificate.error);
  if (!text) {
    if (certificate.error.empty()) certificate.error = path + ": not there";
    return certificate;
  }
  const Owned<BIO> bio(
      BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  const Owned<X509> x(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!x) {
    certificate.error = path + ": no certificate in PEM form";
    return certificate;
  }
  certificate.not_before = seconds_of(X509_get0_notBefore(x.get()));
  certificate.not_after = seconds_of(X509_get0_notAfter(x.get()));
  certificate.names = names_of(*x);
  certificate.is_self_signed =
      X509_NAME_cmp(X509_get_subject_name(x.get()),
                    X509_get_issuer_name(x.get())) == 0;
  return certificate;
}

SelfSigned make_self_signed(const std::vector<std::string>& names,
                            std::int64_t now) {
  SelfSigned made;
  const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const Owned<X509> x(X509_new());
  if (!key || !x || names.empty() || !fill(*x, *key, names, now)) {
    made.error = "no self-signed certificate could be made";
    return made;
  }
  const Owned<BIO> certificate(BIO_new(BIO_s_mem()));
  const Owned<BIO> private_key(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(certificate.get(), x.get());
  PEM_write_bio_PrivateKey(private_key.get(), key.get(), nullptr, nullptr, 0,
                           nullptr, nullptr);
  made.certificate = text_of(*certificate);
  made.key = text_of(*private_key);
  return made;
}

}  // namespace machine
