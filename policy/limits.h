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
// How many fields the rules may edit of one inbound message: forged
// Authentication-Results, mostly.
inline constexpr std::size_t kMaxInboundEdits = 50;

// A field that a rule wants decoded: a long Subject has 1 KB.
inline constexpr std::size_t kMaxDecodedText = std::size_t{4} * 1024;

}  // namespace policy
