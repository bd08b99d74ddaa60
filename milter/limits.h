#pragma once

// Every bound on what a peer of the milter's socket can make it hold.

#include <chrono>
#include <cstddef>

namespace milter {

// The longest packet: a header field of 1 MiB, which then gets a reply of its
// own.  Postfix sends fields of up to 100 KiB (header_size_limit), and body
// chunks of 64 KiB.  A longer packet ends the connection before anything is
// allocated for it.
inline constexpr std::size_t kLongestPacket = std::size_t{1088} * 1024;

// What is read at once: a body chunk of Postfix, and what is in front of it.
inline constexpr std::size_t kReadBuffer = std::size_t{66} * 1024;
// So often in a row, then the others have their turn.
inline constexpr int kReadsInARow = 4;

// Threads: as many as there are processors, but at least this many, and more
// while some wait for DNS, a disk or the policy service.  Each that waits has
// a message; Postfix has 100 smtpd processes by default.
inline constexpr std::size_t kFewestThreads = 2;
inline constexpr std::size_t kMostThreads = 256;
// 24 KiB of it were touched in the benchmark behind Postfix, both directions;
// sanitizers take several times as much.
inline constexpr std::size_t kThreadStack = std::size_t{512} * 1024;
// A thread that had nothing to do for so long ends.
inline constexpr std::chrono::milliseconds kThreadIdle{3000};

// A peer that says nothing for so long is gone: what libmilter allows.
inline constexpr std::chrono::seconds kPeerSilence{7210};

}  // namespace milter
