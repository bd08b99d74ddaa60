#include "mime/openpgp_encrypted_data.h"

#include "mime/openpgp_limits.h"

namespace mime {
namespace {

// RFC 9580 5.13.2: 16 stands for chunks of 4 MiB.
constexpr std::uint8_t kMaxChunkSize = 16;

}  // namespace

std::size_t EncryptedData::fields_needed() const {
  if (type_ == PacketType::kGnuPgOcb) return 4;
  return fields_size_ == 0 || fields_[0] == 1 ? 1 : 4;
}

OpenPgpDefect EncryptedData::check_field(std::size_t index,
                                         std::uint8_t octet) const {
  const bool gnupg = type_ == PacketType::kGnuPgOcb;
  switch (index) {
    case 0:
      if (octet == 1 || (octet == 2 && !gnupg)) break;
      return OpenPgpDefect::kEncryptedDataVersion;
    case 1:
      if (is_aead_cipher(octet)) break;
      return OpenPgpDefect::kCipherAlgorithm;
    case 2:
      // GnuPG writes EAX and OCB there.
      if (aead_nonce_octets(octet) != 0 && !(gnupg && octet == 3)) break;
      return OpenPgpDefect::kAeadAlgorithm;
    default:
      if (octet <= kMaxChunkSize) break;
      return OpenPgpDefect::kChunkSize;
  }
  return OpenPgpDefect::kNone;
}

OpenPgpDefect EncryptedData::write(std::span<const std::uint8_t> octets,
                                   std::uint64_t offset,
                                   OpenPgpStatistics& statistics) {
  while (!octets.empty() && fields_size_ < fields_needed()) {
    const OpenPgpDefect defect = check_field(fields_size_, octets.front());
    if (defect != OpenPgpDefect::kNone) return defect;
    fields_[fields_size_++] = octets.front();
    octets = octets.subspan(1);
    ++offset;
  }
  content_ += octets.size();
  statistics.ciphertext(octets, offset);
  return OpenPgpDefect::kNone;
}

OpenPgpDefect EncryptedData::finish() const {
  std::size_t least = kMinSeipd1;
  if (fields_size_ == fields_.size()) {
    least = type_ == PacketType::kSeipd
                ? kMinSeipd2
                : kMinSeipd2 - 32 + aead_nonce_octets(fields_[2]);
  }
  return fields_size_ < fields_needed() || content_ < least
             ? OpenPgpDefect::kEncryptedDataTooShort
             : OpenPgpDefect::kNone;
}

SessionKeyVersion EncryptedData::session_keys() const {
  if (type_ == PacketType::kGnuPgOcb) return SessionKeyVersion::kGnuPgOcb;
  return fields_[0] == 1 ? SessionKeyVersion::kLegacy
                         : SessionKeyVersion::kCurrent;
}

}  // namespace mime
