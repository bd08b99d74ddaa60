// An MTA's octets are the same packets in any chunks, none is longer than its
// bound, and no payload makes the parsers read beyond it.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "milter/limits.h"
#include "milter/protocol.h"
#include "tests/fuzz/check.h"

namespace {

struct Reading {
  std::vector<std::pair<char, std::string>> packets;
  bool amid = false;  // the last of them is not complete
  bool is_broken = false;

  bool operator==(const Reading&) const = default;
};

Reading read(std::string_view octets, std::size_t chunk) {
  milter::PacketReader reader;
  Reading reading;
  while (!octets.empty()) {
    // On the heap and of that size, so that a sanitizer sees its end.
    const std::string copy(octets.substr(0, chunk));
    octets.remove_prefix(copy.size());
    std::string_view piece = copy;
    while (const auto packet = reader.next(piece)) {
      if (!reading.amid) reading.packets.emplace_back(packet->command, "");
      reading.packets.back().second += packet->payload;
      reading.amid = !packet->is_complete;
    }
    fuzz::check(reader.is_broken() || piece.empty(), "all is read");
  }
  reading.is_broken = reader.is_broken();
  return reading;
}

void parse(const std::string& payload) {
  const auto client = milter::parse_client(payload);
  fuzz::check(!client || client->address.size() < 46, "an address is one");
  static_cast<void>(milter::parse_offer(payload));
  std::string_view rest = payload;
  std::string strings;
  while (const auto text = milter::take_string(rest)) {
    milter::append_string(strings, *text);
  }
  fuzz::check(strings + std::string(rest) == payload, "strings print as read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  if (size == 0) return 0;
  // The first octet says how the rest is cut.
  const std::size_t chunk = std::size_t{octets[0]} + 1;
  const std::string text(reinterpret_cast<const char*>(octets) + 1, size - 1);
  const Reading whole = read(text, text.size() + 1);
  fuzz::check(read(text, chunk) == whole, "any chunks are the same packets");
  std::string printed;
  for (const auto& [command, payload] : whole.packets) {
    fuzz::check(payload.size() < milter::kLongestPacket, "packets are bounded");
    milter::append_packet(printed, command, payload);
    parse(payload);
  }
  if (!whole.amid) {
    fuzz::check(text.starts_with(printed), "packets print as they were read");
  }
  return 0;
}
