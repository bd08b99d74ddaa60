#include "dkim/sha256.h"

#include <openssl/evp.h>

namespace dkim {
namespace {

// Fetched once: EVP_sha256() is looked up anew at each initialisation.
const EVP_MD* algorithm() {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return sha256;
}

}  // namespace

void Sha256::Deleter::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ &&
      EVP_DigestInit_ex(context_.get(), algorithm(), nullptr) != 1) {
    context_.reset();
  }
}

void Sha256::write(std::string_view octets) {
  if (context_ &&
      EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) != 1) {
    context_.reset();
  }
}

std::optional<Digest> Sha256::finish() {
  Digest digest{};
  unsigned size = 0;
  const bool made =
      context_ &&
      EVP_DigestFinal_ex(context_.get(),
                         reinterpret_cast<unsigned char*>(digest.data()),
                         &size) == 1 &&
      size == digest.size();
  context_.reset();
  if (!made) return std::nullopt;
  return digest;
}

Sha256 Sha256::copy() const {
  Sha256 other;
  if (!context_ || !other.context_ ||
      EVP_MD_CTX_copy_ex(other.context_.get(), context_.get()) != 1) {
    other.context_.reset();
  }
  return other;
}

}  // namespace dkim
