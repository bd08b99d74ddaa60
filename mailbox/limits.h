#pragma once

// Bounds on what is read from a mailbox, and on waiting.

#include <chrono>
#include <cstddef>

namespace mailbox {

// crypt(5) hashes are at most 384 octets; a longer file was not written by a
// relay.
inline constexpr std::size_t kMaxPasswordFile = 4096;

// Device tokens are about 200 octets, and a client keeps a few.
inline constexpr std::size_t kMaxMetadataFile = std::size_t{1} << 20;

// Who holds a lock writes two small files; longer than this is a dead disk.
inline constexpr std::chrono::milliseconds kLockPatience{5000};
inline constexpr std::chrono::milliseconds kLockStep{5};

// Dovecot makes two levels; deeper is no mailbox.
inline constexpr int kMaxDepth = 32;

inline constexpr long kSecondsOfDay = 86'400;

}  // namespace mailbox
