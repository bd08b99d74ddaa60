#pragma once

// Bounds on what one client can make the server hold.

#include <cstddef>

namespace dict {

// As long as Dovecot's own: it sends no longer line.
inline constexpr std::size_t kMaxLine = std::size_t{64} * 1024;

// Dovecot has one transaction at a time on a connection, two at the most.
inline constexpr std::size_t kMaxTransactions = 16;

// Of all open transactions of a connection: keys and values.
inline constexpr std::size_t kMaxTransactionOctets = std::size_t{1} << 20;

// Requests of a connection without an answer yet; further ones wait in the
// socket.
inline constexpr std::size_t kMaxPending = 256;

// A client that does not read its answers is not read from either.
inline constexpr std::size_t kMaxUnsent = std::size_t{1} << 20;

}  // namespace dict
