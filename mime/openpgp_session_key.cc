#include "mime/openpgp_session_key.h"

#include <algorithm>

#include "mime/openpgp_algorithms.h"
#include "mime/openpgp_fields.h"

namespace mime {
namespace {

using Octets = FieldReader::Octets;

// RSA or Elgamal: a number modulo something of at least 1,024 bits, which is
// shorter by 64 bits once in 2^64.
void modular_number(FieldReader& fields) {
  std::size_t bits = 0;
  const Octets number = fields.mpi(bits);
  if (number.empty()) return;
  fields.require(bits >= 1024 - 64 && bits <= 16384,
                 OpenPgpDefect::kInvalidMpi);
  if (fields.good()) fields.ciphertext(number.subspan(1));
}

// The ephemeral point of ECDH.  // RFC 9580 11.2
void point(FieldReader& fields) {
  std::size_t bits = 0;
  const Octets encoded = fields.mpi(bits);
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
    return fields.ciphertext(coordinates.first(coordinates.size() - 1));
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
  fields.ciphertext(x.subspan(1));
  fields.ciphertext(y.subspan(1));
}

// ECDH wraps the session key with its checksum, padded to 8 octets, to 40 at
// least where the size is hidden; AES key wrap adds 8.  // RFC 9580 11.5
void ecdh_session_key(FieldReader& fields) {
  const std::size_t size = fields.octet();
  fields.require(size % 8 == 0 && size >= 32 && size <= 48,
                 OpenPgpDefect::kInvalidSessionKeyLength);
  fields.ciphertext(fields.take(size));
}

// X25519, X448 and the composites wrap the session key alone, and a version 3
// packet names the cipher before it.  // RFC 9580 5.1.6, 5.1.7
void wrapped_session_key(FieldReader& fields, bool names_cipher) {
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
  if (fields.good()) fields.ciphertext(fields.take(size));
}

void x25519_point(FieldReader& fields) {
  const Octets ephemeral = fields.take(32);
  if (ephemeral.empty()) return;
  fields.require(ephemeral.back() < 0x80, OpenPgpDefect::kInvalidPoint);
  fields.ciphertext(ephemeral.first(31));
}

void algorithm_fields(FieldReader& fields, bool names_cipher) {
  switch (static_cast<PublicKeyAlgorithm>(fields.octet())) {
    case PublicKeyAlgorithm::kRsa:
    case PublicKeyAlgorithm::kRsaEncryptOnly:
      return modular_number(fields);
    case PublicKeyAlgorithm::kElgamal:
      modular_number(fields);
      return modular_number(fields);
    case PublicKeyAlgorithm::kEcdh:
      point(fields);
      return ecdh_session_key(fields);
    case PublicKeyAlgorithm::kX25519:
      x25519_point(fields);
      return wrapped_session_key(fields, names_cipher);
    case PublicKeyAlgorithm::kX448:
      fields.ciphertext(fields.take(56));
      return wrapped_session_key(fields, names_cipher);
    case PublicKeyAlgorithm::kMlKem768X25519:
      x25519_point(fields);
      fields.ciphertext(fields.take(1088));
      return wrapped_session_key(fields, names_cipher);
    case PublicKeyAlgorithm::kMlKem1024X448:
      fields.ciphertext(fields.take(56 + 1568));
      return wrapped_session_key(fields, names_cipher);
    default:
      break;  // those that sign
  }
  fields.refuse(OpenPgpDefect::kPublicKeyAlgorithm);
}

bool is_zero(Octets octets) {
  return std::all_of(octets.begin(), octets.end(),
                     [](std::uint8_t octet) { return octet == 0; });
}

// Nobody, or the key's version and fingerprint.  // RFC 9580 5.1.2
void recipient_fingerprint(FieldReader& fields) {
  const std::size_t length = fields.octet();
  if (length == 0) return;
  const std::uint8_t key_version = fields.octet();
  fields.require((key_version == 4 && length == 1 + 20) ||
                     (key_version == 6 && length == 1 + 32),
                 OpenPgpDefect::kRecipientIdentifier);
  if (fields.good()) fields.identifier(fields.take(length - 1));
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
void s2k(FieldReader& fields) {
  const std::uint8_t type = fields.octet();
  if (type == 0 || type == 1 || type == 3) {
    fields.require(is_hash_algorithm(fields.octet()),
                   OpenPgpDefect::kHashAlgorithm);
    if (type != 0) fields.salt(fields.take(8));
    if (type == 3) fields.octet();  // the coded count: any is valid
    return;
  }
  fields.require(type == 4, OpenPgpDefect::kInvalidS2k);
  fields.salt(fields.take(16));
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
void skesk_v4(FieldReader& fields) {
  fields.require(cipher_key_octets(fields.octet()) != 0,
                 OpenPgpDefect::kCipherAlgorithm);
  s2k(fields);
  // Nothing when the password itself gives the key; else cipher and key.
  const std::size_t size = fields.size();
  fields.require(
      size == 0 || size == 1 + 16 || size == 1 + 24 || size == 1 + 32,
      OpenPgpDefect::kInvalidSessionKeyLength);
  fields.ciphertext(fields.rest());
}

// The cipher and AEAD modes of SKESK 5 and 6: octets of the nonce.
std::size_t aead_algorithms(FieldReader& fields) {
  fields.require(is_aead_cipher(fields.octet()),
                 OpenPgpDefect::kCipherAlgorithm);
  const std::size_t nonce = aead_nonce_octets(fields.octet());
  fields.require(nonce != 0, OpenPgpDefect::kAeadAlgorithm);
  return nonce;
}

void aead_session_key(FieldReader& fields, std::size_t nonce) {
  fields.ciphertext(fields.take(nonce));
  const std::size_t size = fields.size();
  fields.require(
      size == 16 + kAeadTag || size == 24 + kAeadTag || size == 32 + kAeadTag,
      OpenPgpDefect::kInvalidSessionKeyLength);
  fields.ciphertext(fields.rest());
}

// RFC 9580 5.3.2
void skesk_v6(FieldReader& fields) {
  const FieldCount all = take_count(fields);
  const std::size_t nonce = aead_algorithms(fields);
  const FieldCount specifier = take_count(fields);
  s2k(fields);
  if (!fields.good()) return;
  fields.require(specifier.left - fields.size() == specifier.octets,
                 OpenPgpDefect::kInvalidFieldCount);
  fields.require(all.left - fields.size() + nonce == all.octets,
                 OpenPgpDefect::kInvalidFieldCount);
  if (fields.good()) aead_session_key(fields, nonce);
}

// As version 6, without counts: what GnuPG writes before its type 20.
void skesk_v5(FieldReader& fields) {
  const std::size_t nonce = aead_algorithms(fields);
  s2k(fields);
  if (fields.good()) aead_session_key(fields, nonce);
}

}  // namespace

SessionKeyCheck check_pkesk(Octets body, std::uint64_t offset,
                            OpenPgpStatistics& statistics) {
  FieldReader fields(body, offset, statistics);
  const std::uint8_t version = fields.octet();
  if (version == 3) {  // RFC 9580 5.1.1
    const Octets key_id = fields.take(8);
    // Zeros are a recipient who shall not be named.
    if (!is_zero(key_id)) fields.identifier(key_id);
  } else if (version == 6) {  // RFC 9580 5.1.2
    recipient_fingerprint(fields);
  } else {
    fields.refuse(OpenPgpDefect::kSessionKeyVersion);
  }
  if (fields.good()) algorithm_fields(fields, version == 3);
  return {fields.finish(), version == 6 ? SessionKeyVersion::kCurrent
                                        : SessionKeyVersion::kLegacy};
}

SessionKeyCheck check_skesk(Octets body, std::uint64_t offset,
                            OpenPgpStatistics& statistics) {
  FieldReader fields(body, offset, statistics);
  switch (fields.octet()) {
    case 4:
      skesk_v4(fields);
      return {fields.finish(), SessionKeyVersion::kLegacy};
    case 5:
      skesk_v5(fields);
      return {fields.finish(), SessionKeyVersion::kGnuPgOcb};
    case 6:
      skesk_v6(fields);
      return {fields.finish(), SessionKeyVersion::kCurrent};
    default:
      return {OpenPgpDefect::kSessionKeyVersion, SessionKeyVersion::kLegacy};
  }
}

}  // namespace mime
