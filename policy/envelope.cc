#include "policy/envelope.h"

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
  const std::string_view client = envelope.client_address;
  const bool is_local =
      client.empty() || client.starts_with("127.") || client == "::1";
  const std::string_view sender = envelope.reverse_path;
  const bool is_bounce =
      sender.empty() ||
      mime::equal_ignoring_case(sender.substr(0, sender.rfind('@')),
                                "double-bounce");
  return is_local && is_bounce ? Direction::kInternal : Direction::kInbound;
}

std::string canonical_recipient(std::string_view forward_path) {
  const std::size_t at = forward_path.rfind('@');
  const std::string_view local_part = forward_path.substr(0, at);
  const std::size_t plus = local_part.find('+');
  // Postfix's recipient_delimiter does not cut a name that begins with it.
  std::string canonical =
      mime::to_lower(plus == 0 ? local_part : local_part.substr(0, plus));
  if (at != std::string_view::npos) {
    canonical += mime::to_lower(forward_path.substr(at));
  }
  return canonical;
}

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return {};
  return mime::to_lower(address.substr(at + 1));
}

}  // namespace policy
