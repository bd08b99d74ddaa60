#pragma once

// Session-key packets: PKESK (RFC 9580 5.1) and SKESK (5.3), field by field.
//
// Every octet is either fixed by the checks here, or goes to the statistics:
// what a cipher wrote, key IDs and fingerprints, salts.  Left out are octets
// that are not uniform in honest packets: the first octet of a number modulo
// something (RSA, Elgamal) and of a coordinate, the last one of a point of
// Curve25519.  Without its first octet, a number below a modulus is uniform but
// for a factor of at most 129/128 in the probability of anything: 2^12 over all
// packets of a message.

#include <cstdint>
#include <span>

#include "mime/openpgp_defect.h"
#include "mime/openpgp_statistics.h"

namespace mime {

// Which encrypted-data packet a session-key packet can precede
// (RFC 9580 10.3.2.1).
enum class SessionKeyVersion : std::uint8_t {
  kLegacy,    // PKESK 3, SKESK 4: SEIPD version 1
  kCurrent,   // PKESK 6, SKESK 6: SEIPD version 2
  kGnuPgOcb,  // SKESK 5, for GnuPG's packet of type 20
};

struct SessionKeyCheck {
  OpenPgpDefect defect = OpenPgpDefect::kNone;
  SessionKeyVersion version = SessionKeyVersion::kLegacy;
};

// `offset` is the place of the body in the message.
SessionKeyCheck check_pkesk(std::span<const std::uint8_t> body,
                            std::uint64_t offset,
                            OpenPgpStatistics& statistics);
SessionKeyCheck check_skesk(std::span<const std::uint8_t> body,
                            std::uint64_t offset,
                            OpenPgpStatistics& statistics);

}  // namespace mime
