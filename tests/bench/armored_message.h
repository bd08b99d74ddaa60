#pragma once

// An encrypted message of any size for the benchmarks, and the passes that
// recognising it takes, each alone.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using Octets = std::vector<std::uint8_t>;

struct ArmoredMessage {
  Octets octets;
  std::string base64;
  std::string armored;
};

// `armored_size` is met but for a line.
ArmoredMessage make_armored_message(std::size_t armored_size);

// Ends the program when a pass gives a wrong answer on this message.
void check_passes(const ArmoredMessage& message);

// Microseconds of CPU time of each pass over the message, timed alone.
struct PassTimes {
  double newline_scan = 0;
  double base64 = 0;
  double crc24 = 0;
  double octet_statistics = 0;
  double sum() const {
    return newline_scan + base64 + crc24 + octet_statistics;
  }
};
PassTimes time_passes(const ArmoredMessage& message);

}  // namespace bench
