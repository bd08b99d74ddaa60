#include "milter/protocol.h"

#include <arpa/inet.h>
#include <libmilter/mfdef.h>

#include <utility>

#include "milter/limits.h"

namespace milter {
namespace {

constexpr std::size_t kLengthOctets = 4;

// The caller has checked that they are there.
std::uint32_t number_at(std::string_view octets, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | static_cast<unsigned char>(octets[at + i]);
  }
  return number;
}

std::string_view cut(std::string_view& octets, std::size_t count) {
  const std::string_view first = octets.substr(0, count);
  octets.remove_prefix(first.size());
  return first;
}

// As inet_ntop(3) writes it, or nullopt.
std::optional<std::string> canonical(int family, const std::string& address) {
  unsigned char octets[sizeof(in6_addr)];
  char text[INET6_ADDRSTRLEN] = "";
  if (inet_pton(family, address.c_str(), octets) != 1) return std::nullopt;
  return inet_ntop(family, octets, text, sizeof text);
}

}  // namespace

bool PacketReader::read_head(std::string_view& octets) {
  while (head_size_ < kHead && !octets.empty()) {
    head_[head_size_++] = cut(octets, 1).front();
    if (head_size_ != kLengthOctets) continue;
    const std::size_t length = number_at({head_.data(), kLengthOctets}, 0);
    if (length == 0 || length > kLongestPacket) {
      is_broken_ = true;
      return false;
    }
    left_ = length - 1;
  }
  return head_size_ == kHead;
}

std::optional<Packet> PacketReader::next(std::string_view& octets) {
  if (given_) {
    kept_ = {};
    given_ = false;
  }
  if (is_broken_ || !read_head(octets)) return std::nullopt;
  const char command = head_.back();
  if (command == SMFIC_BODY) {
    if (octets.empty() && left_ > 0) return std::nullopt;
    const std::string_view piece = cut(octets, left_);
    left_ -= piece.size();
    if (left_ == 0) head_size_ = 0;
    return Packet{command, piece, left_ == 0};
  }
  if (kept_.empty() && octets.size() >= left_) {
    head_size_ = 0;
    return Packet{command, cut(octets, left_), true};
  }
  kept_ += cut(octets, left_ - kept_.size());
  if (kept_.size() < left_) return std::nullopt;
  head_size_ = 0;
  given_ = true;
  return Packet{command, kept_, true};
}

std::optional<std::string_view> take_string(std::string_view& payload) {
  const std::size_t end = payload.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = cut(payload, end);
  payload.remove_prefix(1);
  return text;
}

std::optional<Offer> parse_offer(std::string_view payload) {
  if (payload.size() < 3 * sizeof(std::uint32_t)) return std::nullopt;
  return Offer{number_at(payload, 0), number_at(payload, 4),
               number_at(payload, 8)};
}

std::optional<Client> parse_client(std::string_view payload) {
  constexpr std::size_t port_octets = 2;
  constexpr std::string_view v6_tag = "IPv6:";  // RFC 5321 4.1.3
  if (!take_string(payload) || payload.empty()) return std::nullopt;
  const char family = cut(payload, 1).front();
  if (family == SMFIA_UNKNOWN) return Client{};
  const std::string_view port = cut(payload, port_octets);
  const auto address = take_string(payload);
  if (port.size() < port_octets || !address) return std::nullopt;
  if (family == SMFIA_UNIX) return Client{};
  if (family != SMFIA_INET && family != SMFIA_INET6) return std::nullopt;
  const bool tagged = family == SMFIA_INET6 && address->starts_with(v6_tag);
  auto text =
      canonical(family == SMFIA_INET ? AF_INET : AF_INET6,
                std::string(address->substr(tagged ? v6_tag.size() : 0)));
  if (!text) return std::nullopt;
  return Client{*std::move(text), static_cast<unsigned char>(port[0]) << 8U |
                                      static_cast<unsigned char>(port[1])};
}

void append_number(std::string& out, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>(number >> shift & 0xFFU);
  }
}

void append_string(std::string& out, std::string_view text) {
  out += text;
  out += '\0';
}

void append_packet(std::string& out, char command, std::string_view payload) {
  append_number(out, static_cast<std::uint32_t>(payload.size() + 1));
  out += command;
  out += payload;
}

}  // namespace milter
