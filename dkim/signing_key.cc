#include "dkim/signing_key.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "dkim/base64.h"
#include "dkim/domain_name.h"
#include "dkim/limits.h"
#include "dkim/public_key.h"

namespace dkim {
namespace {

SigningKeyResult refuse(std::string error) {
  return {nullptr, std::move(error)};
}

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// What is wrong with the file itself; empty when it may be read.
std::string judge_file(int fd, const std::string& path) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return path + ": " + reason_of(errno);
  if (!S_ISREG(status.st_mode)) return path + ": not a regular file";
  if ((status.st_mode & (S_IWGRP | S_IRWXO)) != 0) {
    return path +
           ": others may read or write this private key; chmod 0600 or 0640";
  }
  if (static_cast<std::size_t>(status.st_size) > kMaxKeyFileSize) {
    return path + ": too large for a private key";
  }
  return {};
}

// A passphrase cannot be asked for: an encrypted key is refused.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*for_writing*/,
                  void* /*context*/) {
  return -1;
}

// Whether this key may sign for these names.
SigningKeyResult name_key(KeyHandle key, std::string_view domain,
                          std::string_view selector) {
  if (!key) return refuse("no key could be made");
  const auto sdid = canonical_domain(domain);
  const auto label = canonical_domain(selector);
  if (!sdid) return refuse("not a domain: " + std::string(domain));
  if (!label) return refuse("not a selector: " + std::string(selector));
  const auto type = type_of(key);
  if (!type) return refuse("neither an RSA nor an Ed25519 key");
  if (type == KeyType::kRsa &&
      (bits_of(key) < kMinRsaBits || bits_of(key) > kMaxRsaBits)) {
    return refuse("an RSA key of " + std::to_string(bits_of(key)) +
                  " bits; 1024 to 4096 are valid (RFC 8301)");
  }
  return {
      std::make_shared<const SigningKey>(*sdid, *label, *type, std::move(key)),
      {}};
}

}  // namespace

SigningKey::SigningKey(std::string domain, std::string selector, KeyType type,
                       std::shared_ptr<evp_pkey_st> key)
    : domain_(std::move(domain)),
      selector_(std::move(selector)),
      type_(type),
      key_(std::move(key)) {}

std::string SigningKey::record() const {
  const std::string_view type = type_ == KeyType::kRsa ? "rsa" : "ed25519";
  return std::string("v=DKIM1; k=")
      .append(type)
      .append("; p=")
      .append(encode_base64(encode_public_key(key_)));
}

std::string SigningKey::strict_record() const {
  const std::string_view type = type_ == KeyType::kRsa ? "rsa" : "ed25519";
  return std::string("v=DKIM1;k=")
      .append(type)
      .append(";p=")
      .append(encode_base64(encode_public_key(key_)))
      .append(";s=email;t=s");
}

std::string SigningKey::record_name() const {
  return selector_ + "._domainkey." + domain_;
}

std::string SigningKey::private_pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()),
                                                      &BIO_free);
  if (!out || PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr,
                                       0, nullptr, nullptr) != 1) {
    ERR_clear_error();
    return {};
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

SigningKeyResult generate_signing_key(KeyType type, std::string_view domain,
                                      std::string_view selector) {
  constexpr std::size_t bits = 2048;
  KeyHandle key = own_private_key(
      type == KeyType::kRsa ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits)
                            : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  ERR_clear_error();
  return name_key(std::move(key), domain, selector);
}

SigningKeyResult parse_signing_key(std::string_view pem,
                                   std::string_view domain,
                                   std::string_view selector) {
  if (pem.size() > kMaxKeyFileSize) return refuse("too large for a key");
  const std::unique_ptr<BIO, decltype(&BIO_free)> source(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  KeyHandle key = source ? own_private_key(PEM_read_bio_PrivateKey(
                               source.get(), nullptr, no_passphrase, nullptr))
                         : nullptr;
  ERR_clear_error();
  if (!key) return refuse("no private key in PEM form without a passphrase");
  return name_key(std::move(key), domain, selector);
}

SigningKeyResult load_signing_key(const std::string& path,
                                  std::string_view domain,
                                  std::string_view selector) {
  const Descriptor file(path);
  if (file.get() < 0) return refuse(path + ": " + reason_of(errno));
  std::string error = judge_file(file.get(), path);
  if (!error.empty()) return refuse(std::move(error));
  std::string pem(kMaxKeyFileSize, '\0');
  std::size_t used = 0;
  while (used < pem.size()) {
    const ssize_t got = read(file.get(), pem.data() + used, pem.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(path + ": " + reason_of(errno));
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  pem.resize(used);
  SigningKeyResult result = parse_signing_key(pem, domain, selector);
  OPENSSL_cleanse(pem.data(), pem.size());
  if (!result.key) result.error = path + ": " + result.error;
  return result;
}

}  // namespace dkim
