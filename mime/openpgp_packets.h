#pragma once

// The packet sequence of an encrypted message (RFC 9580 10.3), streaming:
//
//   (Marker | Padding | PKESK | SKESK)*   at least one session key
//   SEIPD                                 to the last octet of the input
//
// Session-key packets are short and checked whole; of the encrypted data only
// the fixed fields, the statistics and the framing are kept.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mime/openpgp_defect.h"
#include "mime/openpgp_encrypted_data.h"
#include "mime/openpgp_header.h"
#include "mime/openpgp_session_key.h"
#include "mime/openpgp_statistics.h"

namespace mime {

class PacketReader {
 public:
  // With `ocb_packet`, GnuPG's packet of type 20 is encrypted data too.
  explicit PacketReader(bool ocb_packet) : ocb_packet_(ocb_packet) {}

  void write(std::span<const std::uint8_t> octets);
  // What is known so far.
  OpenPgpDefect defect() const { return defect_; }
  // Call after the last write().
  OpenPgpDefect finish();

 private:
  enum class Step : std::uint8_t {
    kHeader,
    kBody,
    kPartialLength,  // of the next part of the body
    kEnd             // behind the encrypted data
  };

  void refuse(OpenPgpDefect defect);
  std::size_t take(std::span<const std::uint8_t> octets);
  void header_octet(std::uint8_t octet);
  void begin_packet(const PacketHeader& header);
  OpenPgpDefect begin_session_key(const PacketHeader& header);
  OpenPgpDefect begin_ignored(const PacketHeader& header);
  OpenPgpDefect begin_encrypted_data(const PacketHeader& header);
  void begin_body(const PacketLength& length);
  void body(std::span<const std::uint8_t> octets);
  void short_body(std::span<const std::uint8_t> octets);
  void encrypted_data(std::span<const std::uint8_t> octets,
                      std::uint64_t offset);
  void check_session_key(std::span<const std::uint8_t> body);
  void end_of_length();

  bool ocb_packet_;
  Step step_ = Step::kHeader;
  OpenPgpDefect defect_ = OpenPgpDefect::kNone;

  std::array<std::uint8_t, kMaxPacketHeader> header_{};
  std::size_t header_size_ = 0;
  PacketType type_{};
  std::uint32_t remaining_ = 0;  // of the body, or of this part of it
  bool partial_ = false;         // another part follows

  std::vector<std::uint8_t> short_body_;  // Marker or session key, if cut
  std::size_t session_keys_ = 0;
  std::size_t password_keys_ = 0;               // those of them that are SKESK
  std::array<bool, 3> session_key_versions_{};  // by SessionKeyVersion
  std::size_t ignored_packets_ = 0;

  std::optional<EncryptedData> encrypted_data_;
  std::uint64_t offset_ = 0;       // in the message, of what is taken
  std::uint64_t body_offset_ = 0;  // of this body, or of this part of it
  OpenPgpStatistics statistics_;
};

}  // namespace mime
