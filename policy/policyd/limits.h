#pragma once

// Every bound of the policy service, with its reason.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace policyd {

// One request.  Postfix sends about 30 attributes; the long ones are what a
// client wrote (HELO, MAIL, RCPT: smtpd reads lines of 2,048 octets) and the
// names in a client's certificate: together some 10 KB at the worst.
inline constexpr std::size_t kMaxRequestOctets = std::size_t{16} * 1024;
inline constexpr std::size_t kMaxAttributes = 100;

// One look at a connection takes at most this much, so that no client keeps
// the others waiting by asking without a pause.
inline constexpr std::size_t kReadOctets = std::size_t{16} * 1024;

// A connection's own buffer: Postfix's requests are 600 to 900 octets.
inline constexpr std::size_t kConnectionOctets = 1024;

// From its first octet a request has to be whole within this time, and an
// answer has to be taken.  Postfix writes a request in one piece.
inline constexpr std::chrono::seconds kRequestTimeout{10};
// Postfix ends a connection that it has not used for 300 s, and any one after
// 1,000 s (smtpd_policy_service_max_idle, _max_ttl).
inline constexpr std::chrono::seconds kIdleTimeout{1100};
// After SIGTERM requests under way get this long.
inline constexpr std::chrono::seconds kDrain{10};

// smtpd processes hold one each, the milter a few.
inline constexpr std::size_t kMaxConnections = 20'000;

}  // namespace policyd
