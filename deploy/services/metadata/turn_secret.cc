#include "deploy/services/metadata/turn_secret.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "mailbox/file_descriptor.h"
#include "mailbox/small_file.h"

namespace metadata {
namespace {

constexpr std::size_t kMaxSecretFile = 4096;
constexpr std::size_t kSecretOctets = 32;
// Shorter ones can be guessed from a user and password that a client got.
constexpr std::size_t kMinSecret = 16;

std::string random_hexadecimal() {
  constexpr char digits[] = "0123456789abcdef";
  unsigned char octets[kSecretOctets];
  if (RAND_bytes(octets, sizeof octets) != 1) return {};
  std::string text;
  for (const unsigned char octet : octets) {
    text += digits[octet >> 4U];
    text += digits[octet & 15U];
  }
  return text;
}

// Under a name of its own, then linked: whole or not there.
bool make(const std::string& path) {
  const std::string secret = random_hexadecimal();
  if (secret.empty()) return false;
  const std::string text = secret + "\n";
  const std::string fresh = path + "." + random_hexadecimal();
  const mailbox::FileDescriptor file(
      open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
           0640));
  if (!file.is_open()) return false;
  const bool good = fchmod(file.number(), 0640) == 0 &&
                    write(file.number(), text.data(), text.size()) ==
                        static_cast<ssize_t>(text.size()) &&
                    fsync(file.number()) == 0 &&
                    (link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int reason = errno;
  unlink(fresh.c_str());
  errno = reason;
  return good;
}

}  // namespace

std::string read_or_make_turn_secret(const std::string& path,
                                     std::string& error) {
  if (mailbox::presence_of(AT_FDCWD, path.c_str()) ==
          mailbox::Presence::kAbsent &&
      !make(path)) {
    error = mailbox::because(path);
    return {};
  }
  mailbox::ReadResult file =
      mailbox::read_file(AT_FDCWD, path.c_str(), kMaxSecretFile);
  error = file.error;
  std::string secret = std::move(file.text);
  secret.erase(secret.find_last_not_of(" \t\r\n") + 1);
  if (error.empty() && secret.size() < kMinSecret) {
    error = path + ": the secret has less than " + std::to_string(kMinSecret) +
            " characters";
    return {};
  }
  return secret;
}

}  // namespace metadata
