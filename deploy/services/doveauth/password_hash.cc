#include "deploy/services/doveauth/password_hash.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "deploy/services/doveauth/limits.h"

namespace doveauth {
namespace {

constexpr std::string_view kSchemes[] = {"{SHA512-CRYPT}", "{CRYPT}",
                                         "{BLF-CRYPT}", "{SHA256-CRYPT}"};

bool can_be_hashed(std::string_view password) {
  return password.size() <= kMaxPassword &&
         password.find('\0') == std::string_view::npos;
}

std::string_view without_scheme(std::string_view stored) {
  for (const std::string_view scheme : kSchemes) {
    if (stored.starts_with(scheme)) return stored.substr(scheme.size());
  }
  return {};
}

// "" when crypt does not know the setting.
std::string crypt_of(std::string_view password, const std::string& setting) {
  const auto space = std::make_unique<crypt_data>();
  const char* hash =
      crypt_r(std::string(password).c_str(), setting.c_str(), space.get());
  std::string result = hash == nullptr || hash[0] == '*' ? "" : hash;
  OPENSSL_cleanse(space.get(), sizeof *space);
  return result;
}

}  // namespace

std::optional<std::string> hash_password(Scheme scheme,
                                         std::string_view password,
                                         std::string& error) {
  if (!can_be_hashed(password)) {
    error = "a password that crypt(3) does not take";
    return std::nullopt;
  }
  const bool is_yescrypt = scheme == Scheme::kYescrypt;
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  // Its salt is the system's randomness; 0 is the scheme's usual cost.
  if (crypt_gensalt_rn(is_yescrypt ? "$y$" : "$6$", 0, nullptr, 0, setting,
                       sizeof setting) == nullptr) {
    error = std::string("a salt: ") + std::strerror(errno);
    return std::nullopt;
  }
  const std::string hash = crypt_of(password, setting);
  if (hash.empty()) {
    error = std::string("crypt: ") + std::strerror(errno);
    return std::nullopt;
  }
  return (is_yescrypt ? "{CRYPT}" : "{SHA512-CRYPT}") + hash;
}

std::optional<bool> matches(std::string_view stored,
                            std::string_view password) {
  const std::string setting(without_scheme(stored));
  if (setting.empty()) return std::nullopt;
  if (!can_be_hashed(password)) return false;
  const std::string hash = crypt_of(password, setting);
  if (hash.empty()) return std::nullopt;
  return hash.size() == setting.size() &&
         CRYPTO_memcmp(hash.data(), setting.data(), hash.size()) == 0;
}

}  // namespace doveauth
