#pragma once

// The encrypted-data packet: SEIPD version 1 and 2 (RFC 9580 5.13), and
// GnuPG's packet of type 20.  Its fixed fields are checked, all other octets
// (salt, nonce, ciphertext, tags) go to the statistics.

#include <array>
#include <cstdint>
#include <span>

#include "mime/openpgp_algorithms.h"
#include "mime/openpgp_defect.h"
#include "mime/openpgp_session_key.h"
#include "mime/openpgp_statistics.h"

namespace mime {

class EncryptedData {
 public:
  // `type` is kSeipd or kGnuPgOcb.
  explicit EncryptedData(PacketType type) : type_(type) {}

  // Octets of the packet body, in any pieces; `offset` is the place of the
  // first in the message.
  OpenPgpDefect write(std::span<const std::uint8_t> octets,
                      std::uint64_t offset, OpenPgpStatistics& statistics);
  // Call at the end of the body.
  OpenPgpDefect finish() const;
  // Which session keys belong before it; valid once the version was read.
  SessionKeyVersion session_keys() const;
  bool version_known() const { return fields_size_ != 0; }

 private:
  // Version, cipher, AEAD mode, chunk size: version 1 has the first alone.
  std::size_t fields_needed() const;
  OpenPgpDefect check_field(std::size_t index, std::uint8_t octet) const;

  PacketType type_;
  std::array<std::uint8_t, 4> fields_{};
  std::size_t fields_size_ = 0;
  std::uint64_t content_ = 0;  // octets behind the fields
};

}  // namespace mime
