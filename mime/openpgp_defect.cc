#include "mime/openpgp_defect.h"

#include <iterator>

namespace mime {
namespace {

// In the order of the enumeration.
constexpr std::string_view kWords[] = {
    "none",
    "no-armor",
    "wrong-armor",
    "armor-header",
    "unknown-armor-header",
    "too-many-armor-headers",
    "no-blank-line",
    "armor-line-too-long",
    "uneven-armor-lines",
    "blank-line-in-armor",
    "too-much-white-space",
    "bare-cr",
    "invalid-base64",
    "invalid-padding",
    "invalid-checksum-line",
    "wrong-checksum",
    "no-armor-end",
    "text-after-armor",
    "readable-armor",
    "not-a-packet",
    "indeterminate-length",
    "partial-length",
    "first-partial-too-short",
    "truncated-packet",
    "unencrypted-packet",
    "no-integrity",
    "ocb-packet",
    "unexpected-packet",
    "no-session-key",
    "too-many-session-keys",
    "too-many-password-keys",
    "too-many-ignored-packets",
    "no-encrypted-data",
    "octets-after-message",
    "invalid-marker",
    "session-key-too-long",
    "session-key-version",
    "recipient-identifier",
    "public-key-algorithm",
    "invalid-mpi",
    "invalid-point",
    "invalid-session-key-length",
    "cipher-algorithm",
    "aead-algorithm",
    "hash-algorithm",
    "invalid-s2k",
    "invalid-field-count",
    "left-over-octets",
    "encrypted-data-version",
    "chunk-size",
    "encrypted-data-too-short",
    "readable-octets",
    "no-public-key",
    "public-key-packet",
    "too-many-user-ids",
    "invalid-user-id",
    "too-many-key-packets",
    "no-self-signature",
    "key-version",
    "curve",
    "key-size",
    "kdf-parameters",
    "signature-version",
    "signature-type",
    "signature-algorithm",
    "signature-subpacket",
    "signature-subpacket-value",
    "signature-issuer",
};
static_assert(std::size(kWords) ==
              static_cast<std::size_t>(OpenPgpDefect::kSignatureIssuer) + 1);

}  // namespace

std::string_view to_string(OpenPgpDefect defect) {
  return kWords[static_cast<std::size_t>(defect)];
}

}  // namespace mime
