#include "dkim/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "dkim/limits.h"

namespace dkim {
namespace {

constexpr std::size_t kEd25519KeySize = 32;

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using BigNumber = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

const unsigned char* octets_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

using Initialise = int (*)(EVP_PKEY_CTX*);

// A context for RSA PKCS#1 on a SHA-256 digest; null when OpenSSL has none.
KeyContext rsa_context(evp_pkey_st* key, Initialise initialise) {
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr),
                     &EVP_PKEY_CTX_free);
  if (!context || initialise(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) <= 0 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) <= 0) {
    ERR_clear_error();
    context.reset();
  }
  return context;
}

// What goes with a key to its end: contexts that are never used, only copied.
// To make one takes OpenSSL several lookups by name, all over its memory; a
// copy takes none.
class Release {
 public:
  explicit Release(evp_pkey_st* key)
      : verifying_(nullptr, &EVP_PKEY_CTX_free),
        signing_(nullptr, &EVP_PKEY_CTX_free) {
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return;
    verifying_ = rsa_context(key, &EVP_PKEY_verify_init);
  }
  void operator()(evp_pkey_st* key) {
    verifying_.reset();
    signing_.reset();
    EVP_PKEY_free(key);
  }
  void prepare_to_sign(evp_pkey_st* key) {
    if (verifying_) signing_ = rsa_context(key, &EVP_PKEY_sign_init);
  }
  const KeyContext& verifying() const { return verifying_; }
  const KeyContext& signing() const { return signing_; }

 private:
  KeyContext verifying_;
  KeyContext signing_;  // of a private key
};

KeyContext copy_of(const KeyContext& context) {
  return {context ? EVP_PKEY_CTX_dup(context.get()) : nullptr,
          &EVP_PKEY_CTX_free};
}

}  // namespace

KeyHandle own_key(evp_pkey_st* key) {
  return key == nullptr ? KeyHandle() : KeyHandle(key, Release(key));
}

KeyHandle own_private_key(evp_pkey_st* key) {
  KeyHandle owned = own_key(key);
  if (owned) std::get_deleter<Release>(owned)->prepare_to_sign(key);
  return owned;
}

KeyHandle parse_rsa_public_key(std::string_view der) {
  const auto size = static_cast<long>(der.size());
  const unsigned char* at = octets_of(der);
  KeyHandle key = own_key(d2i_PUBKEY(nullptr, &at, size));
  if (!key) {
    at = octets_of(der);
    key = own_key(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, size));
  }
  ERR_clear_error();
  if (!key || at != octets_of(der) + der.size()) return nullptr;
  return type_of(key) == KeyType::kRsa ? key : nullptr;
}

KeyHandle parse_ed25519_public_key(std::string_view octets) {
  if (octets.size() != kEd25519KeySize) return nullptr;
  KeyHandle key = own_key(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, octets_of(octets), octets.size()));
  ERR_clear_error();
  return key;
}

std::optional<KeyType> type_of(const KeyHandle& key) {
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_RSA:
      return KeyType::kRsa;
    case EVP_PKEY_ED25519:
      return KeyType::kEd25519;
    default:
      return std::nullopt;
  }
}

int bits_of(const KeyHandle& key) {
  // OpenSSL says 253 for Ed25519, and people say 256.
  if (type_of(key) == KeyType::kEd25519) return 256;
  return EVP_PKEY_get_bits(key.get());
}

bool has_ordinary_exponent(const KeyHandle& key) {
  if (type_of(key) != KeyType::kRsa) return true;
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &number) != 1) {
    ERR_clear_error();
    return false;
  }
  const BigNumber exponent(number, &BN_free);
  return BN_is_odd(exponent.get()) != 0 && BN_is_one(exponent.get()) == 0 &&
         BN_num_bits(exponent.get()) <= kMaxRsaExponentBits;
}

std::string encode_public_key(const KeyHandle& key) {
  if (type_of(key) == KeyType::kEd25519) {
    std::string octets(kEd25519KeySize, '\0');
    std::size_t size = octets.size();
    const bool got =
        EVP_PKEY_get_raw_public_key(
            key.get(), reinterpret_cast<unsigned char*>(octets.data()),
            &size) == 1 &&
        size == octets.size();
    return got ? octets : std::string();
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) {
    ERR_clear_error();
    return {};
  }
  std::string octets(reinterpret_cast<const char*>(der),
                     static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return octets;
}

bool same_key(const KeyHandle& a, const KeyHandle& b) {
  if (a == b) return true;
  return a && b && EVP_PKEY_eq(a.get(), b.get()) == 1;
}

bool verify_digest(const KeyHandle& key, const Digest& digest,
                   std::string_view signature) {
  const auto* message = reinterpret_cast<const unsigned char*>(digest.data());
  bool valid = false;
  if (type_of(key) == KeyType::kEd25519) {
    const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    valid = context &&
            EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                                 key.get()) == 1 &&
            EVP_DigestVerify(context.get(), octets_of(signature),
                             signature.size(), message, digest.size()) == 1;
  } else {
    const KeyContext context =
        copy_of(std::get_deleter<Release>(key)->verifying());
    valid = context &&
            EVP_PKEY_verify(context.get(), octets_of(signature),
                            signature.size(), message, digest.size()) == 1;
  }
  if (!valid) ERR_clear_error();  // the queue is the thread's, not ours
  return valid;
}

std::string sign_digest(const KeyHandle& key, const Digest& digest) {
  const auto* message = reinterpret_cast<const unsigned char*>(digest.data());
  std::string signature(kMaxRsaBits / 8, '\0');
  auto* octets = reinterpret_cast<unsigned char*>(signature.data());
  std::size_t size = signature.size();
  bool made = false;
  if (type_of(key) == KeyType::kEd25519) {
    const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    made = context &&
           EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                              key.get()) == 1 &&
           EVP_DigestSign(context.get(), octets, &size, message,
                          digest.size()) == 1;
  } else {
    const KeyContext context =
        copy_of(std::get_deleter<Release>(key)->signing());
    made = context && EVP_PKEY_sign(context.get(), octets, &size, message,
                                    digest.size()) == 1;
  }
  if (!made) {
    ERR_clear_error();
    return {};
  }
  signature.resize(size);
  return signature;
}

}  // namespace dkim
