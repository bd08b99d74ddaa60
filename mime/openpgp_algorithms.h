#pragma once

// The algorithm registries of RFC 9580 section 9, as far as encrypted
// messages and public keys show them.

#include <cstddef>
#include <cstdint>

namespace mime {

// RFC 9580 4.2 and 5.
enum class PacketType : std::uint8_t {
  kPkesk = 1,
  kSignature = 2,
  kSkesk = 3,
  kOnePassSignature = 4,
  kSecretKey = 5,
  kPublicKey = 6,
  kSecretSubkey = 7,
  kCompressedData = 8,
  kSymmetricallyEncryptedData = 9,
  kMarker = 10,
  kLiteralData = 11,
  kTrust = 12,
  kUserId = 13,
  kPublicSubkey = 14,
  kUserAttribute = 17,
  kSeipd = 18,
  kGnuPgOcb = 20,  // reserved in RFC 9580; GnuPG 2.3 and later write it
  kPadding = 21,
};

// RFC 9580 9.1.
enum class PublicKeyAlgorithm : std::uint8_t {
  kRsa = 1,
  kRsaEncryptOnly = 2,  // deprecated, but PGP's old keys have it
  kRsaSignOnly = 3,     // the same
  kElgamal = 16,
  kEcdh = 18,
  kEcdsa = 19,
  kEdDsaLegacy = 22,
  kX25519 = 25,
  kX448 = 26,
  kEd25519 = 27,
  kEd448 = 28,
  kMlKem768X25519 = 35,  // draft-ietf-openpgp-pqc
  kMlKem1024X448 = 36,   // draft-ietf-openpgp-pqc
};

// RFC 9580 9.3: octets of the cipher's key, or 0 when it is not known.
constexpr std::size_t cipher_key_octets(std::uint8_t algorithm) {
  switch (algorithm) {
    case 1:   // IDEA
    case 3:   // CAST5
    case 4:   // Blowfish
    case 7:   // AES-128
    case 11:  // Camellia-128
      return 16;
    case 2:   // TripleDES
    case 8:   // AES-192
    case 12:  // Camellia-192
      return 24;
    case 9:   // AES-256
    case 10:  // Twofish
    case 13:  // Camellia-256
      return 32;
    default:
      return 0;
  }
}

// Ciphers with blocks of 128 bits, the only ones for AEAD (RFC 9580 9.6).
constexpr bool is_aead_cipher(std::uint8_t algorithm) {
  return algorithm >= 7 && algorithm <= 13;
}

constexpr bool is_aes(std::uint8_t algorithm) {
  return algorithm >= 7 && algorithm <= 9;
}

// RFC 9580 9.6: octets of the nonce, or 0 when the mode is not known.
constexpr std::size_t aead_nonce_octets(std::uint8_t algorithm) {
  switch (algorithm) {
    case 1:  // EAX
      return 16;
    case 2:  // OCB
      return 15;
    case 3:  // GCM
      return 12;
    default:
      return 0;
  }
}

inline constexpr std::size_t kAeadTag = 16;

// RFC 9580 9.5.
constexpr bool is_hash_algorithm(std::uint8_t algorithm) {
  return (algorithm >= 1 && algorithm <= 3) ||
         (algorithm >= 8 && algorithm <= 12) || algorithm == 14;
}

// RFC 9580 9.5: octets of the salt that a version 6 signature has.
constexpr std::size_t signature_salt_octets(std::uint8_t hash_algorithm) {
  switch (hash_algorithm) {
    case 8:   // SHA2-256
    case 11:  // SHA2-224
    case 12:  // SHA3-256
      return 16;
    case 9:  // SHA2-384
      return 24;
    case 10:  // SHA2-512
    case 14:  // SHA3-512
      return 32;
    default:
      return 0;
  }
}

}  // namespace mime
