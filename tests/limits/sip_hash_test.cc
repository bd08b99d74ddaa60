#include "limits/sip_hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <string>

namespace {

// OpenSSL's is the oracle.
std::string openssl_sip_hash(const limits::SipKey& key,
                             const std::string& octets) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "SIPHASH", nullptr);
  EVP_MAC_CTX* context = EVP_MAC_CTX_new(mac);
  unsigned int size = 16;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_SIZE, &size),
      OSSL_PARAM_construct_end()};
  REQUIRE(EVP_MAC_init(context, key.data(), key.size(), parameters) == 1);
  EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(octets.data()),
                 octets.size());
  std::string digest(16, '\0');
  std::size_t length = 0;
  REQUIRE(EVP_MAC_final(context,
                        reinterpret_cast<unsigned char*>(digest.data()),
                        &length, digest.size()) == 1);
  EVP_MAC_CTX_free(context);
  EVP_MAC_free(mac);
  return digest;
}

std::string octets_of(const limits::Hash128& hash) {
  std::string octets(16, '\0');
  std::memcpy(octets.data(), &hash.first, 8);
  std::memcpy(octets.data() + 8, &hash.second, 8);
  return octets;
}

}  // namespace

TEST_CASE("SipHash is OpenSSL's for every length") {
  limits::SipKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<std::uint8_t>(i * 37 + 1);
  }
  std::string octets;
  for (int length = 0; length < 300; ++length) {
    CAPTURE(length);
    REQUIRE(octets_of(limits::sip_hash(key, octets)) ==
            openssl_sip_hash(key, octets));
    octets += static_cast<char>(length * 7);
  }
}
