#pragma once

// The packets of the milter protocol, version 6, as Sendmail and Postfix speak
// it: a length of four octets, big endian, that counts the command octet and
// the payload behind it.  Strings end with a NUL.
//
// Packets come in pieces of any size.  A PacketReader keeps no more than one
// that is not complete; of a body chunk, which is 64 KiB in the middle of a
// large message, it keeps nothing and gives the pieces as they come.  Every
// length is checked before it is used.  The octets' names are those of
// libmilter/mfdef.h.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace milter {

struct Packet {
  char command = 0;  // SMFIC_*
  std::string_view payload;
  bool is_complete = true;  // false: more of this SMFIC_BODY follows
};

class PacketReader {
 public:
  // The next packet of what was kept and of `octets`, from which is cut off
  // what was read.  nullopt: all has been read, or it is_broken().  The payload
  // is valid until the next call, and as long as `octets` are.
  std::optional<Packet> next(std::string_view& octets);

  // A length of nothing, or beyond kLongestPacket; nothing is read any more.
  bool is_broken() const { return is_broken_; }

 private:
  // False while a part of it is missing.
  bool read_head(std::string_view& octets);

  static constexpr std::size_t kHead = 5;  // the length and the command
  std::array<char, kHead> head_{};
  std::size_t head_size_ = 0;  // kHead while a payload is being read
  std::size_t left_ = 0;       // of the payload, as far as it was not given
  std::string kept_;           // a payload that is not complete
  bool given_ = false;         // kept_ was given, and is to be let go
  bool is_broken_ = false;
};

// Cuts a string and its NUL off; nullopt when there is no NUL.
std::optional<std::string_view> take_string(std::string_view& payload);

// SMFIC_OPTNEG, both ways.
struct Offer {
  std::uint32_t version = 0;
  std::uint32_t actions = 0;   // SMFIF_*
  std::uint32_t protocol = 0;  // SMFIP_*
};
std::optional<Offer> parse_offer(std::string_view payload);

// SMFIC_CONNECT.  An address in its canonical form; empty when the client has
// none.
struct Client {
  std::string address;
  int port = 0;
};
std::optional<Client> parse_client(std::string_view payload);

void append_number(std::string& out, std::uint32_t number);
void append_string(std::string& out, std::string_view text);
void append_packet(std::string& out, char command, std::string_view payload);

}  // namespace milter
