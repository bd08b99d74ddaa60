#pragma once

// What keeps an octet stream from being an encrypted OpenPGP message, by name.

#include <cstdint>
#include <string_view>

namespace mime {

enum class OpenPgpDefect : std::uint8_t {
  kNone,
  // Of the armor (RFC 9580 6).
  kNoArmor,              // no BEGIN line, or something readable before it
  kWrongArmor,           // BEGIN line of another kind
  kArmorHeader,          // header lines are not wanted here
  kUnknownArmorHeader,   // not a line that a known tool writes
  kTooManyArmorHeaders,  // or one that stands twice
  kNoBlankLine,          // between header lines and data
  kArmorLineTooLong,     // more than a line of mail holds
  kUnevenArmorLines,     // not as long as the first, or that is too short
  kBlankLineInArmor,     // between lines of data
  kTooMuchWhiteSpace,    // outside the lines that armor consists of
  kBareCr,               // a CR that no LF follows
  kInvalidBase64,        // another character than the alphabet's
  kInvalidPadding,       // RFC 4648 3.5: pad bits are zero, nothing behind
  kInvalidChecksumLine,  // not "=" and four characters
  kWrongChecksum,        // the CRC24 is another one
  kNoArmorEnd,           // no END line, or not of this kind
  kTextAfterArmor,       // anything but white space behind the END line
  kReadableArmor,        // the base64 characters themselves spell text
  // Of packet headers (RFC 9580 4.2) and their order (10.3).
  kNotAPacket,            // bit 7 of the first octet is not set
  kIndeterminateLength,   // 4.2.2.4; only a stream of cleartext needs it
  kPartialLength,         // of a packet that may not have one (4.2.1.4)
  kFirstPartialTooShort,  // under 512 octets (4.2.1.4)
  kTruncatedPacket,       // the input ends inside
  kUnencryptedPacket,     // literal, compressed or signed data, keys
  kNoIntegrity,           // type 9 has no protection (RFC 9580 5.7)
  kOcbPacket,             // GnuPG's type 20 where it is not wanted
  kUnexpectedPacket,      // another type
  kNoSessionKey,          // encrypted data without a session-key packet
  kTooManySessionKeys,
  kTooManyPasswordKeys,    // SKESK alone
  kTooManyIgnoredPackets,  // Marker and Padding
  kNoEncryptedData,        // session keys alone
  kOctetsAfterMessage,     // behind the encrypted data
  // Of the packets' fields.
  kInvalidMarker,            // another body than "PGP" (5.8)
  kSessionKeyTooLong,        // of a size that no algorithm needs
  kSessionKeyVersion,        // unknown, or not that of the encrypted data
  kRecipientIdentifier,      // length or key version (5.1.2)
  kPublicKeyAlgorithm,       // unknown, or cannot encrypt
  kInvalidMpi,               // bit count is not that of the octets (3.2)
  kInvalidPoint,             // not a point of a known curve's size
  kInvalidSessionKeyLength,  // of the wrapped session key
  kCipherAlgorithm,
  kAeadAlgorithm,
  kHashAlgorithm,
  kInvalidS2k,             // type, length or parameters (3.7)
  kInvalidFieldCount,      // octet counts of SKESK v6 (5.3.2)
  kLeftOverOctets,         // behind the last field of a session-key packet
  kEncryptedDataVersion,   // not 1 or 2
  kChunkSize,              // over 16 (5.13.2)
  kEncryptedDataTooShort,  // for prefix or salt, any packet, and tags
  kReadableOctets,         // what should be ciphertext does not look like it
  // Of public keys (RFC 9580 10.1).
  kNoPublicKey,      // nothing at all
  kPublicKeyPacket,  // of another type, or where none may stand
  kTooManyUserIds,
  kInvalidUserId,       // control characters, or not UTF-8
  kTooManyKeyPackets,   // subkeys or signatures
  kNoSelfSignature,     // behind a user id or a subkey
  kKeyVersion,          // neither 4 nor 6, or not that of the primary key
  kCurve,               // unknown, or not for this algorithm
  kKeySize,             // of an RSA modulus, or its exponent
  kKdfParameters,       // of ECDH (11.5)
  kSignatureVersion,    // not that of the key
  kSignatureType,       // not one for this place
  kSignatureAlgorithm,  // not that of the key
  kSignatureSubpacket,  // unknown here, repeated, or of another length
  kSignatureSubpacketValue,
  kSignatureIssuer,  // somebody else, or none
};

// The word that replies, logs and metrics use.
std::string_view to_string(OpenPgpDefect);

}  // namespace mime
