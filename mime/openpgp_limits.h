#pragma once

// Every limit of the OpenPGP recogniser, each with its reason.

#include <cstddef>

namespace mime {

// RFC 9580 6 writes lines of at most 76 characters, but some writers put all
// of a short message in one line, which mail carries up to 998 characters
// (RFC 5322 2.1.1).
inline constexpr std::size_t kMaxArmorLine = 998;

// Of lines that others follow: writers break at 48 characters and later.  The
// shorter lines are, the more of them begin with a character of choice.
inline constexpr std::size_t kMinArmorLine = 32;

// Blank lines and blanks around armor say nothing, but are not for sending
// data: tools write a few.
inline constexpr std::size_t kMaxArmorWhiteSpace = 4096;

// One session key per recipient.  Postfix takes 1,000 recipients per message
// (smtpd_recipient_limit); the author and the author's other keys come on top.
inline constexpr std::size_t kMaxSessionKeys = 1024;

// One session key per password, of which nobody gives a message many: a salt
// and a count are the writer's choice and need no key.
inline constexpr std::size_t kMaxPasswordKeys = 16;

// The longest body that a session-key packet needs: ML-KEM-1024 with X448 has
// 1,568 and 56 octets beside the wrapped key; Elgamal two numbers of 4,096
// bits; RSA one of 16,384 bits.
inline constexpr std::size_t kMaxSessionKeyPacket = 2200;

// Marker and Padding packets before the encrypted data.  Nobody writes more
// than one of each.
inline constexpr std::size_t kMaxIgnoredPackets = 4;

// RFC 9580 4.2.1.4: the first partial length.
inline constexpr std::size_t kMinFirstPartial = 512;

// SEIPD version 1 (RFC 9580 5.13.1): a prefix of ten octets (for ciphers of
// 64-bit blocks), a Literal packet without name or content, the MDC packet.
inline constexpr std::size_t kMinSeipd1 = 10 + 8 + 22;

// SEIPD version 2 (RFC 9580 5.13.2): salt, a Literal packet, the tags of one
// chunk and of the whole.
inline constexpr std::size_t kMinSeipd2 = 32 + 8 + 16 + 16;

}  // namespace mime
