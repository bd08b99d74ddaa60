#pragma once

// Bounds on what a client may send, and on how long it may take.

#include <chrono>
#include <cstddef>

namespace http {

// A login of Dovecot's Lua and the form of a web page are some 100 octets, and
// what nginx adds is less than 1 KiB.
inline constexpr std::size_t kMaxHead = std::size_t{8} * 1024;
inline constexpr std::size_t kMaxBody = std::size_t{8} * 1024;

// From the first octet of a request to its last: the clients are on the same
// host.
inline constexpr std::chrono::milliseconds kRequestPatience{10'000};
// Between two requests, and for a client that does not read its answer.
inline constexpr std::chrono::milliseconds kIdlePatience{60'000};

// Of a request that is refused, so much is read and thrown away, for so long:
// who is cut off while he sends may never see why.
inline constexpr std::size_t kMaxDiscarded = std::size_t{256} * 1024;
inline constexpr std::chrono::milliseconds kDiscardPatience{1'000};

// At some 20 KiB each when their requests are as long as can be.
inline constexpr std::size_t kMaxConnections = 4096;

}  // namespace http
