#include "rules/members.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <functional>

namespace rules {
namespace {

constexpr int kMappedBits = 96;  // in front of an IPv4 address

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string prefix_of(const HostAddress& address, int length) {
  std::string prefix(address.size(), '\0');
  for (int bit = 0; bit < 128; bit += 8) {
    const auto i = static_cast<std::size_t>(bit / 8);
    const int kept = std::clamp(length - bit, 0, 8);
    prefix[i] = static_cast<char>(address[i] & (0xFF00U >> kept));
  }
  return prefix;
}

bool is_whole_prefix(const Network& network) {
  const std::string prefix = prefix_of(network.address, network.prefix_length);
  return std::memcmp(prefix.data(), network.address.data(), prefix.size()) == 0;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return lower;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::optional<HostAddress> parse_host_address(std::string_view text) {
  const std::string terminated(text);
  HostAddress address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) {
    return address;
  }
  address[10] = 0xFF;
  address[11] = 0xFF;
  if (inet_pton(AF_INET, terminated.c_str(), address.data() + 12) == 1) {
    return address;
  }
  return std::nullopt;
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_host_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, 128};
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  const bool is_ipv4 = text.find(':') == std::string_view::npos;
  int length = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      digits.empty() || length < 0 || length > (is_ipv4 ? 32 : 128)) {
    return std::nullopt;
  }
  network.prefix_length = is_ipv4 ? kMappedBits + length : length;
  if (!is_whole_prefix(network)) return std::nullopt;
  return network;
}

FoldedText::FoldedText(std::string_view original)
    : text(lower_case(original)), hash(std::hash<std::string>{}(text)) {}

void TextMembers::add(std::string_view text) {
  texts_.insert(FoldedText(text));
}

void NetworkMembers::add(const Network& network) {
  auto found =
      std::find_if(lengths_.begin(), lengths_.end(), [&](const OfLength& each) {
        return each.prefix_length == network.prefix_length;
      });
  if (found == lengths_.end()) {
    found = lengths_.insert(lengths_.end(), {network.prefix_length, {}});
  }
  found->prefixes.insert(prefix_of(network.address, network.prefix_length));
}

bool NetworkMembers::contains(const HostAddress& host) const {
  return std::any_of(
      lengths_.begin(), lengths_.end(), [&](const OfLength& each) {
        return each.prefixes.contains(prefix_of(host, each.prefix_length));
      });
}

}  // namespace rules
