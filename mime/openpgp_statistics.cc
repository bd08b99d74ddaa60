#include "mime/openpgp_statistics.h"

namespace mime {

void OpenPgpStatistics::ciphertext(std::span<const std::uint8_t> octets,
                                   std::uint64_t offset) {
  ciphertext_.write(octets);
  ciphertext_text_.write(octets, offset);
  ciphertext_runs_.write(octets, offset);
}

void OpenPgpStatistics::identifier(std::span<const std::uint8_t> octets,
                                   std::uint64_t offset) {
  if (seen_.emplace(octets.begin(), octets.end()).second) salt(octets, offset);
}

void OpenPgpStatistics::salt(std::span<const std::uint8_t> octets,
                             std::uint64_t offset) {
  identifiers_.write(octets);
  identifier_text_.write(octets, offset);
  identifier_runs_.write(octets, offset);
}

OpenPgpDefect OpenPgpStatistics::finish() const {
  if (ciphertext_.readable() || identifiers_.readable())
    return OpenPgpDefect::kReadableOctets;
  if (ciphertext_runs_.readable(kRefusalBits) ||
      identifier_runs_.readable(kRefusalBits) ||
      ciphertext_text_.readable(kRefusalBits) ||
      identifier_text_.readable(kRefusalBits))
    return OpenPgpDefect::kReadableArmor;
  return OpenPgpDefect::kNone;
}

}  // namespace mime
