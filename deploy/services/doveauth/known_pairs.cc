#include "deploy/services/doveauth/known_pairs.h"

#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

namespace doveauth {

KnownPairs::KnownPairs(std::size_t generation) : generation_(generation) {
  // Without randomness the system is not fit to keep passwords at all.
  if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1) {
    std::abort();
  }
}

KnownPairs::Pair KnownPairs::pair(std::string_view address,
                                  std::string_view stored_hash,
                                  std::string_view password) const {
  // Neither an address nor a hash holds a NUL.
  std::string all;
  all.reserve(address.size() + stored_hash.size() + password.size() + 2);
  all += address;
  all += '\0';
  all += stored_hash;
  all += '\0';
  all += password;
  unsigned char digest[EVP_MAX_MD_SIZE];
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(all.data()), all.size(), digest,
       nullptr);
  OPENSSL_cleanse(all.data(), all.size());
  Pair pair;
  std::memcpy(&pair.high, digest, sizeof pair.high);
  std::memcpy(&pair.low, digest + sizeof pair.high, sizeof pair.low);
  return pair;
}

bool KnownPairs::contains(const Pair& pair) {
  const std::lock_guard lock(mutex_);
  if (young_.contains(pair)) return true;
  if (!old_.contains(pair)) return false;
  young_.insert(pair);  // in use, so it outlives its generation
  return true;
}

void KnownPairs::add(const Pair& pair) {
  const std::lock_guard lock(mutex_);
  if (young_.size() >= generation_) {
    old_ = std::exchange(young_, {});
  }
  young_.insert(pair);
}

}  // namespace doveauth
