#include "policy/envelope.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "mime/ascii.h"

namespace policy {

Direction direction_of_daemon_name(std::string_view daemon_name) {
  if (mime::equal_ignoring_case(daemon_name, "ORIGINATING")) {
    return Direction::kOutbound;
  }
  if (mime::equal_ignoring_case(daemon_name, "LOCAL")) {
    return Direction::kLocal;
  }
  if (mime::equal_ignoring_case(daemon_name, "INTERNAL")) {
    return Direction::kInternal;
  }
  return Direction::kInbound;
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::kOutbound:
      return "outbound";
    case Direction::kLocal:
      return "local";
    case Direction::kInternal:
      return "internal";
    case Direction::kInbound:
      break;
  }
  return "inbound";
}

Direction proven_direction(const Envelope& envelope) {
  if (envelope.direction != Direction::kInternal) return envelope.direction;
  const bool is_local = is_this_host(envelope.client_address);
  const std::string_view sender = envelope.reverse_path;
  const bool is_bounce =
      sender.empty() ||
      mime::equal_ignoring_case(sender.substr(0, sender.rfind('@')),
                                "double-bounce");
  return is_local && is_bounce ? Direction::kInternal : Direction::kInbound;
}

std::string canonical_recipient(std::string_view forward_path) {
  const std::size_t at = std::min(forward_path.rfind('@'), forward_path.size());
  const std::string_view local_part = forward_path.substr(0, at);
  const std::size_t plus = local_part.find('+');
  // Postfix's recipient_delimiter does not cut a name that begins with it.
  std::string canonical(plus == 0 ? local_part : local_part.substr(0, plus));
  canonical += forward_path.substr(at);
  mime::make_lower(canonical);
  return canonical;
}

bool is_this_host(std::string_view client_address) {
  constexpr std::string_view mapped = "::ffff:";
  if (client_address.starts_with(mapped)) {
    client_address.remove_prefix(mapped.size());
  }
  return client_address.empty() || client_address.starts_with("127.") ||
         client_address == "::1";
}

std::string client_network(std::string_view client_address) {
  if (is_this_host(client_address)) return {};
  const std::string text(client_address);
  std::array<unsigned char, 16> octets{};
  if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1) {
    return text + "/32";
  }
  if (inet_pton(AF_INET6, text.c_str(), octets.data()) != 1) return {};
  std::fill(octets.begin() + 8, octets.end(), '\0');
  std::array<char, INET6_ADDRSTRLEN> prefix{};
  inet_ntop(AF_INET6, octets.data(), prefix.data(), prefix.size());
  return std::string(prefix.data()) + "/64";
}

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return {};
  return mime::to_lower(address.substr(at + 1));
}

}  // namespace policy
