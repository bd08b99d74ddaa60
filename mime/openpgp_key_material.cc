#include "mime/openpgp_key_material.h"

#include <algorithm>
#include <string_view>

namespace mime {
namespace {

using Octets = FieldReader::Octets;
using namespace std::string_view_literals;

enum class PointForm : std::uint8_t { kUncompressed, kEd25519, kCurve25519 };

// RFC 9580 9.2, and secp256k1, which GnuPG and RNP know.
struct Curve {
  std::string_view oid;
  PointForm form;
  std::size_t bits;
};
constexpr Curve kCurves[] = {
    {"\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv, PointForm::kUncompressed, 256},
    {"\x2B\x81\x04\x00\x22"sv, PointForm::kUncompressed, 384},
    {"\x2B\x81\x04\x00\x23"sv, PointForm::kUncompressed, 521},
    {"\x2B\x81\x04\x00\x0A"sv, PointForm::kUncompressed, 256},
    // Brainpool's, of 256, 384 and 512 bits.
    {"\x2B\x24\x03\x03\x02\x08\x01\x01\x07"sv, PointForm::kUncompressed, 256},
    {"\x2B\x24\x03\x03\x02\x08\x01\x01\x0B"sv, PointForm::kUncompressed, 384},
    {"\x2B\x24\x03\x03\x02\x08\x01\x01\x0D"sv, PointForm::kUncompressed, 512},
    {"\x2B\x06\x01\x04\x01\xDA\x47\x0F\x01"sv, PointForm::kEd25519, 256},
    {"\x2B\x06\x01\x04\x01\x97\x55\x01\x05\x01"sv, PointForm::kCurve25519, 256},
};

const Curve* take_curve(FieldReader& fields) {
  const Octets oid = fields.take(fields.octet());
  for (const Curve& curve : kCurves) {
    if (std::equal(oid.begin(), oid.end(), curve.oid.begin(), curve.oid.end(),
                   [](std::uint8_t octet, char c) {
                     return octet == static_cast<std::uint8_t>(c);
                   })) {
      return &curve;
    }
  }
  fields.refuse(OpenPgpDefect::kCurve);
  return nullptr;
}

void coordinate(FieldReader& fields, Octets field, std::size_t bits) {
  const unsigned spare_bits = static_cast<unsigned>(field.size() * 8 - bits);
  fields.require(field[0] >> (8 - spare_bits) == 0,
                 OpenPgpDefect::kInvalidPoint);
  // Not uniform below the prime; of P-521 it is one bit.
  if (fields.good()) fields.ciphertext(field.subspan(1));
}

// RFC 9580 11.2.  The first octet of the number is the form of the point.
void take_point(FieldReader& fields, const Curve& curve) {
  std::size_t bits = 0;
  const Octets encoded = fields.mpi(bits);
  if (encoded.empty()) return;
  const Octets coordinates = encoded.subspan(1);
  const std::size_t size = (curve.bits + 7) / 8;
  if (curve.form == PointForm::kUncompressed) {
    fields.require(encoded[0] == 0x04 && coordinates.size() == 2 * size,
                   OpenPgpDefect::kInvalidPoint);
    if (!fields.good()) return;
    coordinate(fields, coordinates.first(size), curve.bits);
    coordinate(fields, coordinates.subspan(size), curve.bits);
    return;
  }
  fields.require(encoded[0] == 0x40 && coordinates.size() == size,
                 OpenPgpDefect::kInvalidPoint);
  if (!fields.good()) return;
  if (curve.form == PointForm::kEd25519) return fields.ciphertext(coordinates);
  // The top bit is zero.
  fields.require(coordinates.back() < 0x80, OpenPgpDefect::kInvalidPoint);
  fields.ciphertext(coordinates.first(size - 1));
}

// Modulus and exponent, which is 65537 or, of old, smaller.  // RFC
// 9580 5.5.5.1
std::size_t take_rsa(FieldReader& fields) {
  std::size_t bits = 0;
  const Octets modulus = fields.mpi(bits);
  if (modulus.empty()) return 0;
  fields.require(bits >= 1024 && bits <= 8192 && modulus.back() % 2 == 1,
                 OpenPgpDefect::kKeySize);
  if (fields.good()) fields.ciphertext(modulus.subspan(1));
  std::size_t exponent_bits = 0;
  const Octets exponent = fields.mpi(exponent_bits);
  if (exponent.empty()) return 0;
  fields.require(exponent_bits <= 17 && exponent.back() % 2 == 1,
                 OpenPgpDefect::kKeySize);
  return bits;
}

std::size_t take_signing_point(FieldReader& fields, PointForm form) {
  const Curve* curve = take_curve(fields);
  if (curve == nullptr) return 0;
  fields.require(curve->form == form, OpenPgpDefect::kCurve);
  if (fields.good()) take_point(fields, *curve);
  return curve->bits;
}

// Point, then hash and cipher that wrap the session key.  // RFC 9580 5.5.5.6
void take_ecdh(FieldReader& fields) {
  const Curve* curve = take_curve(fields);
  if (curve == nullptr) return;
  fields.require(curve->form != PointForm::kEd25519, OpenPgpDefect::kCurve);
  if (fields.good()) take_point(fields, *curve);
  const Octets kdf = fields.take(4);
  if (kdf.empty()) return;
  fields.require(kdf[0] == 3 && kdf[1] == 1 && kdf[2] >= 8 && kdf[2] <= 10 &&
                     is_aes(kdf[3]),
                 OpenPgpDefect::kKdfParameters);
}

// Native keys of `size` octets, in the last of which not all bits are free.
void take_native(FieldReader& fields, std::size_t size, unsigned last_bits) {
  const Octets key = fields.take(size);
  if (key.empty()) return;
  fields.require((key.back() & ~last_bits) == 0, OpenPgpDefect::kInvalidPoint);
  if (!fields.good()) return;
  fields.ciphertext(last_bits == 0xFF ? key : key.first(size - 1));
}

// The bits of PublicKey.
std::size_t take_material(FieldReader& fields, PublicKeyAlgorithm algorithm) {
  switch (algorithm) {
    case PublicKeyAlgorithm::kRsa:
    case PublicKeyAlgorithm::kRsaEncryptOnly:
    case PublicKeyAlgorithm::kRsaSignOnly:
      return take_rsa(fields);
    case PublicKeyAlgorithm::kEcdh:
      take_ecdh(fields);
      return 0;
    case PublicKeyAlgorithm::kEcdsa:
      return take_signing_point(fields, PointForm::kUncompressed);
    case PublicKeyAlgorithm::kEdDsaLegacy:
      return take_signing_point(fields, PointForm::kEd25519);
    case PublicKeyAlgorithm::kX25519:
      take_native(fields, 32, 0x7F);
      return 0;
    case PublicKeyAlgorithm::kX448:
      take_native(fields, 56, 0xFF);
      return 0;
    case PublicKeyAlgorithm::kEd25519:
      take_native(fields, 32, 0xFF);
      return 0;
    case PublicKeyAlgorithm::kEd448:
      take_native(fields, 57, 0x80);  // the sign of x
      return 0;
    default:
      fields.refuse(OpenPgpDefect::kPublicKeyAlgorithm);
      return 0;
  }
}

}  // namespace

PublicKey take_public_key(FieldReader& fields) {
  PublicKey key;
  key.version = fields.octet();
  fields.require(key.version == 4 || key.version == 6,
                 OpenPgpDefect::kKeyVersion);
  fields.take(4);  // the time of its creation
  key.algorithm = static_cast<PublicKeyAlgorithm>(fields.octet());
  if (key.version == 6) {  // RFC 9580 5.5.2.3
    const Octets count = fields.take(4);
    fields.require(count.empty() || (count[0] == 0 && count[1] == 0 &&
                                     (count[2] << 8 | count[3]) ==
                                         static_cast<int>(fields.size())),
                   OpenPgpDefect::kInvalidFieldCount);
  }
  if (fields.good()) key.bits = take_material(fields, key.algorithm);
  fields.require(fields.size() == 0, OpenPgpDefect::kLeftOverOctets);
  return key;
}

}  // namespace mime
