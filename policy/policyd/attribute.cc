#include "policy/policyd/attribute.h"

#include <cstdint>

namespace policyd {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kAttributes> kNames = {
    "request",
    "protocol_state",
    "policy_context",
    "helo_name",
    "queue_id",
    "sender",
    "recipient",
    "recipient_count",
    "client_address",
    "client_name",
    "client_port",
    "instance",
    "sasl_username",
    "size",
    "encryption_protocol",
    "encryption_cipher",
    "encryption_keysize",
    "server_port",
    "direction",
    "login",
    "reverse_path",
    "shape",
    "author_domain"};

constexpr std::size_t kPlaces = 128;
constexpr std::uint8_t kFree = 0xff;

// Of a name that is not empty.  No two of ours meet here, nor any other that
// Postfix 3.7 sends.
constexpr std::size_t place_of(std::string_view name) {
  const auto octet = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(name[i]));
  };
  return (name.size() + octet(0) + octet(name.size() - 1) +
          octet(name.size() / 2) * 11) %
         kPlaces;
}

constexpr std::array<std::uint8_t, kPlaces> make_places() {
  std::array<std::uint8_t, kPlaces> places{};
  places.fill(kFree);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    std::size_t place = place_of(kNames[i]);
    while (places[place] != kFree) place = (place + 1) % kPlaces;
    places[place] = static_cast<std::uint8_t>(i);
  }
  return places;
}

constexpr std::array<std::uint8_t, kPlaces> kByHash = make_places();

}  // namespace

std::string_view to_string(Attribute attribute) {
  return kNames[static_cast<std::size_t>(attribute)];
}

std::optional<Attribute> attribute_of(std::string_view name) {
  if (name.empty()) return std::nullopt;
  std::size_t place = place_of(name);
  while (kByHash[place] != kFree) {
    if (kNames[kByHash[place]] == name) {
      return static_cast<Attribute>(kByHash[place]);
    }
    place = (place + 1) % kPlaces;
  }
  return std::nullopt;
}

}  // namespace policyd
