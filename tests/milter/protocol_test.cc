#include "milter/protocol.h"

#include <libmilter/mfdef.h>

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "milter/limits.h"
#include "tests/milter/milter_client.h"

namespace {

using milter::PacketReader;
using test::milter_packet;
using test::with_nul;
using Packets = std::vector<std::pair<char, std::string>>;

// What a reader makes of the octets, in pieces of that size.
Packets read(const std::string& octets, std::size_t chunk, bool& broken) {
  PacketReader reader;
  Packets packets;
  bool amid = false;
  for (std::size_t i = 0; i < octets.size(); i += chunk) {
    std::string_view piece = std::string_view(octets).substr(i, chunk);
    while (const auto packet = reader.next(piece)) {
      if (!amid) packets.emplace_back(packet->command, "");
      packets.back().second += packet->payload;
      amid = !packet->is_complete;
    }
    if (!reader.is_broken()) CHECK(piece.empty());
  }
  broken = reader.is_broken();
  return packets;
}

std::string big_endian(std::uint32_t number) {
  std::string octets;
  milter::append_number(octets, number);
  return octets;
}

// With the port 4097.
std::string client(const char* family, const std::string& address) {
  std::string payload = with_nul("client.example");
  payload += family;
  payload += "\x10\x01";
  return payload += address;
}

}  // namespace

TEST_CASE("packets are the same in pieces of any size") {
  const std::string octets =
      milter_packet(SMFIC_MAIL, with_nul("<a@b.example>")) +
      milter_packet(SMFIC_EOH, "") + milter_packet(SMFIC_BODY, "") +
      milter_packet(SMFIC_BODY, "body\r\n") +
      milter_packet(SMFIC_BODY, std::string(1000, 'x')) +
      milter_packet(SMFIC_BODYEOB, "");
  const Packets expected = {{SMFIC_MAIL, with_nul("<a@b.example>")},
                            {SMFIC_EOH, ""},
                            {SMFIC_BODY, ""},
                            {SMFIC_BODY, "body\r\n"},
                            {SMFIC_BODY, std::string(1000, 'x')},
                            {SMFIC_BODYEOB, ""}};
  for (std::size_t chunk = 1; chunk <= octets.size(); ++chunk) {
    INFO(chunk);
    bool broken = false;
    CHECK(read(octets, chunk, broken) == expected);
    CHECK_FALSE(broken);
  }
}

TEST_CASE("a length is bounded before anything is read for it") {
  const auto longest = static_cast<std::uint32_t>(milter::kLongestPacket);
  struct Row {
    std::uint32_t length;
    bool is_broken;
  };
  for (const Row& row : {Row{0, true}, Row{1, false}, Row{longest, false},
                         Row{longest + 1, true}, Row{0x80000000U, true},
                         Row{0xFFFFFFFFU, true}}) {
    INFO(row.length);
    bool broken = false;
    read(big_endian(row.length), 4, broken);
    CHECK(broken == row.is_broken);
    read(milter_packet(SMFIC_EOH, "") + big_endian(row.length), 1, broken);
    CHECK(broken == row.is_broken);
  }
}

TEST_CASE("a client's address is canonical, and a broken one is none") {
  struct Row {
    std::string payload;
    bool is_client;
    const char* address;
    int port;
  };
  for (const Row& row : {
           Row{client("4", with_nul("192.0.2.7")), true, "192.0.2.7", 4097},
           Row{client("6", with_nul("2001:DB8:0::7")), true, "2001:db8::7",
               4097},
           Row{client("6", with_nul("IPv6:2001:db8::7")), true, "2001:db8::7",
               4097},
           Row{with_nul("client.example") + "U", true, "", 0},
           Row{client("L", with_nul("/a/socket")), true, "", 0},
           Row{with_nul("client.example"), false, "", 0},
           Row{"client.example", false, "", 0},
           Row{with_nul("client.example") + "4", false, "", 0},
           Row{client("4", ""), false, "", 0},
           Row{client("4", "192.0.2.7"), false, "", 0},
           Row{client("4", with_nul("2001:db8::7")), false, "", 0},
           Row{client("4", with_nul("IPv6:192.0.2.7")), false, "", 0},
           Row{client("9", with_nul("192.0.2.7")), false, "", 0},
       }) {
    INFO(row.payload);
    const auto parsed = milter::parse_client(row.payload);
    REQUIRE(parsed.has_value() == row.is_client);
    if (!parsed) continue;
    CHECK(parsed->address == row.address);
    CHECK(parsed->port == row.port);
  }
}

TEST_CASE("an offer has three numbers") {
  CHECK_FALSE(milter::parse_offer(std::string(11, '\1')));
  const auto offer = milter::parse_offer(big_endian(6) + big_endian(0x1ff) +
                                         big_endian(0x1fffff) + "more");
  REQUIRE(offer);
  CHECK(offer->version == 6);
  CHECK(offer->actions == 0x1ff);
  CHECK(offer->protocol == 0x1fffff);
}
