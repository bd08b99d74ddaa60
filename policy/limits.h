#pragma once

// Every bound of a verdict, with its reason.

#include <cstddef>

namespace policy {

// The envelope of one message: Postfix takes 1,000 recipients of at most 320
// octets (RFC 5321 4.5.3.1), each as it came and as it was resolved.
inline constexpr std::size_t kMaxRecipientOctets = std::size_t{1024} * 1024;

// A client's own header section: Delta Chat writes about 15 fields; a key in
// Autocrypt is the only large one.  Postfix needs time quadratic in the
// number of fields that are removed, so the bound comes before any edit.
inline constexpr std::size_t kMaxOutboundFields = 100;
inline constexpr std::size_t kMaxOutboundHeader = std::size_t{64} * 1024;

// What other servers add on the way (Received, ARC, spam marks, lists).
inline constexpr std::size_t kMaxInboundFields = 1000;
inline constexpr std::size_t kMaxInboundHeader = std::size_t{256} * 1024;
// The only fields that are removed from inbound mail.
inline constexpr std::size_t kMaxAuthenticationResults = 50;

// The first message of a Secure-Join handshake: 1.4 KB with an Ed25519 key,
// 8 KB with an RSA-4096 one.
inline constexpr std::size_t kMaxSecureJoin = std::size_t{20} * 1024;

// A bounce that cannot be shown to answer our own mail: what it says to a
// person, and what it says to a machine in fields that a person can read.
inline constexpr std::size_t kMaxBounceText = 1024;
inline constexpr std::size_t kMaxBounceDiagnostic = 512;
inline constexpr std::size_t kMaxBounceStatus = 4096;
// One that returns a header section with our own valid signature.
inline constexpr std::size_t kMaxOwnBounceText = std::size_t{64} * 1024;

}  // namespace policy
