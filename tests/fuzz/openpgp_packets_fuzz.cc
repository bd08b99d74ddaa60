// A packet sequence gets the same answer in any chunking, with GnuPG's OCB
// packet and without, and what passes without passes with it.

#include <algorithm>
#include <cstdint>
#include <span>

#include "mime/openpgp_packets.h"
#include "tests/fuzz/check.h"

namespace {

mime::OpenPgpDefect read_packets(std::span<const std::uint8_t> octets,
                                 std::size_t chunk, bool ocb_packet) {
  mime::PacketReader reader(ocb_packet);
  while (!octets.empty()) {
    const std::size_t size = std::min(chunk, octets.size());
    reader.write(octets.first(size));
    octets = octets.subspan(size);
  }
  return reader.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::span<const std::uint8_t> octets(data, size);
  for (const bool ocb_packet : {false, true}) {
    const mime::OpenPgpDefect whole =
        read_packets(octets, size + 1, ocb_packet);
    for (const std::size_t chunk : {1U, 5U, 100U})
      fuzz::check(read_packets(octets, chunk, ocb_packet) == whole,
                  "packets are judged alike in any chunking");
  }
  fuzz::check(
      read_packets(octets, size + 1, false) != mime::OpenPgpDefect::kNone ||
          read_packets(octets, size + 1, true) == mime::OpenPgpDefect::kNone,
      "an option that allows more refuses nothing");
  return 0;
}
