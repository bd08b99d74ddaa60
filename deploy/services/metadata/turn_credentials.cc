#include "deploy/services/metadata/turn_credentials.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace metadata {

TurnCredentials turn_credentials(std::string_view secret, std::time_t now) {
  TurnCredentials credentials;
  credentials.user = std::to_string(now + kTurnLife);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(credentials.user.data()),
       credentials.user.size(), digest, &size);
  unsigned char base64[2 * EVP_MAX_MD_SIZE];
  const int length = EVP_EncodeBlock(base64, digest, static_cast<int>(size));
  credentials.password.assign(reinterpret_cast<const char*>(base64),
                              static_cast<std::size_t>(length));
  return credentials;
}

}  // namespace metadata
