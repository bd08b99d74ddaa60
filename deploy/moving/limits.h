#pragma once

// Bounds on what is read while a relay is moved.

#include <cstddef>

namespace moving {

// A file up to this size is read before its header is written, so that one
// that grows or shrinks meanwhile has the size that was read.  Messages do not
// change; what does (Dovecot's indexes, journals) is smaller than this.
inline constexpr std::size_t kWholeFile = std::size_t{16} << 20U;

inline constexpr std::size_t kChunk = std::size_t{256} << 10U;

// A manifest has some thirty paths, a chatmail.ini some hundred lines.
inline constexpr std::size_t kMostText = std::size_t{1} << 20U;

// Of a path, as the kernel has it (PATH_MAX).
inline constexpr std::size_t kMostName = 4096;

// A mailbox is three folders deep, an ACME store as well.
inline constexpr int kMostDepth = 32;

}  // namespace moving
