#include "mime/openpgp_signature.h"

#include <algorithm>

#include "mime/openpgp_subpackets.h"

namespace mime {
namespace {

using Octets = FieldReader::Octets;

// RFC 9580 5.2.1
bool is_type_for(std::uint8_t type, SignaturePlace place) {
  switch (place) {
    case SignaturePlace::kKey:
      return type == 0x1F;
    case SignaturePlace::kUserId:
      return type >= 0x10 && type <= 0x13;
    case SignaturePlace::kSubkey:
      return type == 0x18;
    case SignaturePlace::kBack:
      return type == 0x19;
  }
  return false;
}

// A number below one of `bits` bits, which is shorter by 64 bits once in 2^64.
// Its first octet is not uniform, nor is the last where `but_last`.
void take_number(FieldReader& fields, std::size_t bits, bool but_last = false) {
  std::size_t number_bits = 0;
  const Octets number = fields.mpi(number_bits);
  if (number.empty()) return;
  fields.require(number_bits <= bits && number_bits + 64 >= bits,
                 OpenPgpDefect::kInvalidMpi);
  if (!fields.good()) return;
  fields.ciphertext(number.subspan(1, number.size() - (but_last ? 2 : 1)));
}

// R and S of EdDSA, of `size` octets each (RFC 8032).  S is below the order of
// the group: of the last octets in front of zeros, `last` is the most.
void take_native(FieldReader& fields, std::size_t size, std::uint8_t last) {
  const Octets point = fields.take(size);
  const Octets scalar = fields.take(size);
  if (scalar.empty()) return;
  const std::size_t whole = size == 57 ? 56 : 32;
  fields.require(
      whole == size || ((point.back() & 0x7F) == 0 && scalar.back() == 0),
      OpenPgpDefect::kInvalidPoint);
  fields.require(scalar[whole - 1] <= last, OpenPgpDefect::kInvalidPoint);
  if (!fields.good()) return;
  fields.ciphertext(point.first(whole));
  fields.ciphertext(scalar.first(whole - 1));
}

// RFC 9580 5.2.3
void take_numbers(FieldReader& fields, const PublicKey& key) {
  switch (key.algorithm) {
    case PublicKeyAlgorithm::kRsa:
    case PublicKeyAlgorithm::kRsaSignOnly:
      return take_number(fields, key.bits);
    case PublicKeyAlgorithm::kEcdsa:
      take_number(fields, key.bits);
      return take_number(fields, key.bits);
    case PublicKeyAlgorithm::kEdDsaLegacy:
      // Octets of little-endian numbers, written as if they were big-endian.
      take_number(fields, key.bits);
      return take_number(fields, key.bits, true);
    case PublicKeyAlgorithm::kEd25519:
      return take_native(fields, 32, 0x10);
    case PublicKeyAlgorithm::kEd448:
      return take_native(fields, 57, 0x3F);
    default:
      fields.refuse(OpenPgpDefect::kSignatureAlgorithm);
  }
}

void take_area(FieldReader& fields, Subpackets& subpackets, bool is_hashed,
               std::uint8_t version) {
  std::size_t size = 0;
  for (int octet = version == 6 ? 4 : 2; octet > 0; --octet) {
    size = size << 8 | fields.octet();
  }
  FieldReader area = fields.inside(fields.take(size));
  while (area.good() && area.size() > 0) subpackets.take(area, is_hashed);
  fields.require_none(area.finish());
}

}  // namespace

void take_signature(FieldReader& fields, SignaturePlace place, Signer& signer,
                    const PublicKey& subkey) {
  const std::uint8_t version = fields.octet();
  fields.require(version == signer.key.version,
                 OpenPgpDefect::kSignatureVersion);
  fields.require(is_type_for(fields.octet(), place),
                 OpenPgpDefect::kSignatureType);
  const auto algorithm = static_cast<PublicKeyAlgorithm>(fields.octet());
  fields.require(algorithm == signer.key.algorithm,
                 OpenPgpDefect::kSignatureAlgorithm);
  const std::uint8_t hash = fields.octet();
  fields.require(is_hash_algorithm(hash), OpenPgpDefect::kHashAlgorithm);
  Subpackets subpackets(place, signer, subkey);
  take_area(fields, subpackets, true, version);
  take_area(fields, subpackets, false, version);
  if (fields.good()) subpackets.finish(fields);
  fields.salt(fields.take(2));  // of the digest
  if (version == 6) {           // RFC 9580 5.2.3
    const std::size_t salt = fields.octet();
    fields.require(salt != 0 && salt == signature_salt_octets(hash),
                   OpenPgpDefect::kInvalidFieldCount);
    fields.salt(fields.take(salt));
  }
  if (fields.good()) take_numbers(fields, signer.key);
  fields.require(fields.size() == 0, OpenPgpDefect::kLeftOverOctets);
}

}  // namespace mime
