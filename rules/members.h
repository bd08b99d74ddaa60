#pragma once

// The members of a set: texts without regard to case, or networks of IP hosts.
//
// A lookup costs the same for ten members and for a million: texts are hashed,
// networks are hashed once for each prefix length that occurs.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace rules {

// ASCII only.
std::string lower_case(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// 16 octets in network order; IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
using HostAddress = std::array<std::uint8_t, 16>;

struct Network {
  HostAddress address{};
  int prefix_length = 128;  // of 128 bits
};

// "192.0.2.1", "2001:db8::1"; nullopt when it is none.
std::optional<HostAddress> parse_host_address(std::string_view text);
// The same, or with "/LENGTH"; host bits beyond it must be zero.
std::optional<Network> parse_network(std::string_view text);

// A text as sets compare it: in lower case, hashed once however many sets it
// is looked for in.
struct FoldedText {
  explicit FoldedText(std::string_view original);

  std::string text;
  std::size_t hash;
};

class TextMembers {
 public:
  void add(std::string_view text);
  bool contains(const FoldedText& text) const { return texts_.contains(text); }
  bool contains(std::string_view text) const {
    return contains(FoldedText(text));
  }
  std::size_t size() const { return texts_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const FoldedText& text) const { return text.hash; }
  };
  struct Equal {
    bool operator()(const FoldedText& a, const FoldedText& b) const {
      return a.hash == b.hash && a.text == b.text;
    }
  };
  std::unordered_set<FoldedText, Hash, Equal> texts_;
};

class NetworkMembers {
 public:
  void add(const Network& network);
  bool contains(const HostAddress& host) const;

 private:
  struct OfLength {
    int prefix_length;
    std::unordered_set<std::string> prefixes;  // 16 octets each
  };
  std::vector<OfLength> lengths_;
};

}  // namespace rules
