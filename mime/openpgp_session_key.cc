#include "mime/openpgp_session_key.h"

#include <algorithm>

#include "mime/openpgp_algorithms.h"

namespace mime {
namespace {

using Octets = std::span<const std::uint8_t>;

// Takes fields from the front of a packet body; a field that is not there
// whole is empty, and the defect is set.
class FieldReader {
 public:
  explicit FieldReader(Octets body) : rest_(body) {}

  Octets take(std::size_t octets) {
    if (octets > rest_.size()) {
      refuse(OpenPgpDefect::kTruncatedPacket);
      return {};
    }
    const Octets field = rest_.first(octets);
    rest_ = rest_.subspan(octets);
    return field;
  }
  std::uint8_t octet() {
    const Octets field = take(1);
    return field.empty() ? std::uint8_t{0} : field[0];
  }
  Octets rest() { return take(rest_.size()); }
  std::size_t size() const { return rest_.size(); }

  // The first defect stays.
  void refuse(OpenPgpDefect defect) {
    if (defect_ == OpenPgpDefect::kNone) defect_ = defect;
    rest_ = {};
  }
  void require(bool condition, OpenPgpDefect defect) {
    if (!condition) refuse(defect);
  }
  OpenPgpDefect finish() {
    require(rest_.empty(), OpenPgpDefect::kLeftOverOctets);
    return defect_;
  }
  bool good() const { return defect_ == OpenPgpDefect::kNone; }

 private:
  Octets rest_;
  OpenPgpDefect defect_ = OpenPgpDefect::kNone;
};

// The octets of a number whose bit count is exact.  // RFC 9580 3.2
Octets take_mpi(FieldReader& fields, std::size_t& bits) {
  const Octets count = fields.take(2);
  if (count.empty()) return {};
  bits = std::size_t{count[0]} << 8 | count[1];
  const Octets number = fields.take((bits + 7) / 8);
  if (number.empty()) {
    fields.refuse(OpenPgpDefect::kInvalidMpi);
    return {};
  }
  const unsigned top_bits = (bits - 1) % 8;
  fields.require(number[0] >> top_bits == 1, OpenPgpDefect::kInvalidMpi);
  return number;
}

// RSA or Elgamal: a number modulo something of at least 1,024 bits, which is
// shorter by 64 bits once in 2^64.
void modular_number(FieldReader& fields, OctetStatistics& ciphertext) {
  std::size_t bits = 0;
  const Octets number = take_mpi(fields, bits);
  if (number.empty()) return;
  fields.require(bits >= 1024 - 64 && bits <= 16384,
                 OpenPgpDefect::kInvalidMpi);
  if (fields.good()) ciphertext.write(number.subspan(1));
}

// The ephemeral point of ECDH.  // RFC 9580 11.2
void point(FieldReader& fields, OctetStatistics& ciphertext) {
  std::size_t bits = 0;
  const Octets encoded = take_mpi(fields, bits);
  if (encoded.empty()) return;
  const Octets coordinates = encoded.subspan(1);
  // Native encoding: Curve25519, and X448 as GnuPG names it.
  if (encoded[0] == 0x40) {
    fields.require(coordinates.size() == 32 || coordinates.size() == 56,
                   OpenPgpDefect::kInvalidPoint);
    if (!fields.good()) return;
    // The top bit of the last octet is zero for Curve25519.
    fields.require(coordinates.size() == 56 || coordinates.back() < 0x80,
                   OpenPgpDefect::kInvalidPoint);
    return ciphertext.write(coordinates.first(coordinates.size() - 1));
  }
  // Uncompressed: 0x04, x, y, of P-256 to P-521 and Brainpool's curves.
  const std::size_t half = coordinates.size() / 2;
  const bool known = half == 32 || half == 48 || half == 64 || half == 66;
  fields.require(encoded[0] == 0x04 && known && coordinates.size() % 2 == 0,
                 OpenPgpDefect::kInvalidPoint);
  if (!fields.good()) return;
  const Octets x = coordinates.first(half);
  const Octets y = coordinates.subspan(half);
  // P-521 has one bit in the first octet.
  fields.require(half != 66 || (x[0] <= 1 && y[0] <= 1),
                 OpenPgpDefect::kInvalidPoint);
  ciphertext.write(x.subspan(1));
  ciphertext.write(y.subspan(1));
}

// ECDH wraps the session key with its checksum, padded to 8 octets, to 40 at
// least where the size is hidden; AES key wrap adds 8.  // RFC 9580 11.5
void ecdh_session_key(FieldReader& fields, OctetStatistics& ciphertext) {
  const std::size_t size = fields.octet();
  fields.require(size % 8 == 0 && size >= 32 && size <= 48,
                 OpenPgpDefect::kInvalidSessionKeyLength);
  ciphertext.write(fields.take(size));
}

// X25519, X448 and the composites wrap the session key alone, and a version 3
// packet names the cipher before it.  // RFC 9580 5.1.6, 5.1.7
void wrapped_session_key(FieldReader& fields, bool names_cipher,
                         OctetStatistics& ciphertext) {
  std::size_t size = fields.octet();
  std::size_t key = 0;
  if (names_cipher) {
    const std::uint8_t cipher = fields.octet();
    fields.require(is_aes(cipher), OpenPgpDefect::kCipherAlgorithm);
    key = cipher_key_octets(cipher);
    fields.require(size == 1 + key + 8,
                   OpenPgpDefect::kInvalidSessionKeyLength);
    size -= 1;
  } else {
    fields.require(size == 24 || size == 32 || size == 40,
                   OpenPgpDefect::kInvalidSessionKeyLength);
  }
  if (fields.good()) ciphertext.write(fields.take(size));
}

void x25519_point(FieldReader& fields, OctetStatistics& ciphertext) {
  const Octets ephemeral = fields.take(32);
  if (ephemeral.empty()) return;
  fields.require(ephemeral.back() < 0x80, OpenPgpDefect::kInvalidPoint);
  ciphertext.write(ephemeral.first(31));
}

void algorithm_fields(FieldReader& fields, bool names_cipher,
                      OctetStatistics& ciphertext) {
  switch (static_cast<PublicKeyAlgorithm>(fields.octet())) {
    case PublicKeyAlgorithm::kRsa:
    case PublicKeyAlgorithm::kRsaEncryptOnly:
      return modular_number(fields, ciphertext);
    case PublicKeyAlgorithm::kElgamal:
      modular_number(fields, ciphertext);
      return modular_number(fields, ciphertext);
    case PublicKeyAlgorithm::kEcdh:
      point(fields, ciphertext);
      return ecdh_session_key(fields, ciphertext);
    case PublicKeyAlgorithm::kX25519:
      x25519_point(fields, ciphertext);
      return wrapped_session_key(fields, names_cipher, ciphertext);
    case PublicKeyAlgorithm::kX448:
      ciphertext.write(fields.take(56));
      return wrapped_session_key(fields, names_cipher, ciphertext);
    case PublicKeyAlgorithm::kMlKem768X25519:
      x25519_point(fields, ciphertext);
      ciphertext.write(fields.take(1088));
      return wrapped_session_key(fields, names_cipher, ciphertext);
    case PublicKeyAlgorithm::kMlKem1024X448:
      ciphertext.write(fields.take(56 + 1568));
      return wrapped_session_key(fields, names_cipher, ciphertext);
  }
  fields.refuse(OpenPgpDefect::kPublicKeyAlgorithm);
}

bool is_zero(Octets octets) {
  return std::all_of(octets.begin(), octets.end(),
                     [](std::uint8_t octet) { return octet == 0; });
}

// Nobody, or the key's version and fingerprint.  // RFC 9580 5.1.2
void recipient_fingerprint(FieldReader& fields, TextEvidence& identifiers) {
  const std::size_t length = fields.octet();
  if (length == 0) return;
  const std::uint8_t key_version = fields.octet();
  fields.require((key_version == 4 && length == 1 + 20) ||
                     (key_version == 6 && length == 1 + 32),
                 OpenPgpDefect::kRecipientIdentifier);
  if (fields.good()) identifiers.write(fields.take(length - 1));
}

// A count that a version 6 packet gives of octets that follow, checked when
// those are known.
struct FieldCount {
  std::size_t octets;
  std::size_t left;  // in the packet when it was read
};

FieldCount take_count(FieldReader& fields) {
  const std::size_t octets = fields.octet();
  return {octets, fields.size()};
}

// String-to-key specifier.  // RFC 9580 3.7.1
void s2k(FieldReader& fields, TextEvidence& identifiers) {
  const std::uint8_t type = fields.octet();
  if (type == 0 || type == 1 || type == 3) {
    fields.require(is_hash_algorithm(fields.octet()),
                   OpenPgpDefect::kHashAlgorithm);
    if (type != 0) identifiers.write(fields.take(8));
    if (type == 3) fields.octet();  // the coded count: any is valid
    return;
  }
  fields.require(type == 4, OpenPgpDefect::kInvalidS2k);
  identifiers.write(fields.take(16));
  const Octets parameters = fields.take(3);  // passes, lanes, memory
  if (parameters.empty()) return;
  // Memory is 2^m KiB, 8 KiB a lane at least.  // RFC 9580 3.7.1.4
  const bool enough =
      parameters[2] <= 31 &&
      (std::uint64_t{1} << parameters[2]) >= std::uint64_t{8} * parameters[1];
  fields.require(parameters[0] != 0 && parameters[1] != 0 && enough,
                 OpenPgpDefect::kInvalidS2k);
}

// RFC 9580 5.3.1
void skesk_v4(FieldReader& fields, SessionKeyStatistics statistics) {
  fields.require(cipher_key_octets(fields.octet()) != 0,
                 OpenPgpDefect::kCipherAlgorithm);
  s2k(fields, statistics.identifiers);
  // Nothing when the password itself gives the key; else cipher and key.
  const std::size_t size = fields.size();
  fields.require(
      size == 0 || size == 1 + 16 || size == 1 + 24 || size == 1 + 32,
      OpenPgpDefect::kInvalidSessionKeyLength);
  statistics.ciphertext.write(fields.rest());
}

// The cipher and AEAD modes of SKESK 5 and 6: octets of the nonce.
std::size_t aead_algorithms(FieldReader& fields) {
  fields.require(is_aead_cipher(fields.octet()),
                 OpenPgpDefect::kCipherAlgorithm);
  const std::size_t nonce = aead_nonce_octets(fields.octet());
  fields.require(nonce != 0, OpenPgpDefect::kAeadAlgorithm);
  return nonce;
}

void aead_session_key(FieldReader& fields, std::size_t nonce,
                      OctetStatistics& ciphertext) {
  ciphertext.write(fields.take(nonce));
  const std::size_t size = fields.size();
  fields.require(
      size == 16 + kAeadTag || size == 24 + kAeadTag || size == 32 + kAeadTag,
      OpenPgpDefect::kInvalidSessionKeyLength);
  ciphertext.write(fields.rest());
}

// RFC 9580 5.3.2
void skesk_v6(FieldReader& fields, SessionKeyStatistics statistics) {
  const FieldCount all = take_count(fields);
  const std::size_t nonce = aead_algorithms(fields);
  const FieldCount specifier = take_count(fields);
  s2k(fields, statistics.identifiers);
  if (!fields.good()) return;
  fields.require(specifier.left - fields.size() == specifier.octets,
                 OpenPgpDefect::kInvalidFieldCount);
  fields.require(all.left - fields.size() + nonce == all.octets,
                 OpenPgpDefect::kInvalidFieldCount);
  if (fields.good()) aead_session_key(fields, nonce, statistics.ciphertext);
}

// As version 6, without counts: what GnuPG writes before its type 20.
void skesk_v5(FieldReader& fields, SessionKeyStatistics statistics) {
  const std::size_t nonce = aead_algorithms(fields);
  s2k(fields, statistics.identifiers);
  if (fields.good()) aead_session_key(fields, nonce, statistics.ciphertext);
}

}  // namespace

SessionKeyCheck check_pkesk(Octets body, SessionKeyStatistics statistics) {
  FieldReader fields(body);
  const std::uint8_t version = fields.octet();
  if (version == 3) {  // RFC 9580 5.1.1
    const Octets key_id = fields.take(8);
    // Zeros are a recipient who shall not be named.
    if (!is_zero(key_id)) statistics.identifiers.write(key_id);
  } else if (version == 6) {  // RFC 9580 5.1.2
    recipient_fingerprint(fields, statistics.identifiers);
  } else {
    fields.refuse(OpenPgpDefect::kSessionKeyVersion);
  }
  if (fields.good())
    algorithm_fields(fields, version == 3, statistics.ciphertext);
  return {fields.finish(), version == 6 ? SessionKeyVersion::kCurrent
                                        : SessionKeyVersion::kLegacy};
}

SessionKeyCheck check_skesk(Octets body, SessionKeyStatistics statistics) {
  FieldReader fields(body);
  switch (fields.octet()) {
    case 4:
      skesk_v4(fields, statistics);
      return {fields.finish(), SessionKeyVersion::kLegacy};
    case 5:
      skesk_v5(fields, statistics);
      return {fields.finish(), SessionKeyVersion::kGnuPgOcb};
    case 6:
      skesk_v6(fields, statistics);
      return {fields.finish(), SessionKeyVersion::kCurrent};
    default:
      return {OpenPgpDefect::kSessionKeyVersion, SessionKeyVersion::kLegacy};
  }
}

}  // namespace mime
