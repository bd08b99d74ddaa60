#include "policy/policyd/attribute.h"

#include <cstdint>
#include <cstring>

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

std::uint64_t eight_octets(const char* from) {
  std::uint64_t octets = 0;
  std::memcpy(&octets, from, sizeof octets);
  return octets;
}

// Without memcmp(3), whose call costs more than what it does for so few.
bool is_same(std::string_view a, std::string_view b) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  const std::size_t size = a.size();
  if (b.size() != size) return false;
  if (size < word) {
    for (std::size_t i = 0; i < size; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  const std::size_t last = size - word;
  for (std::size_t i = 0; i < last; i += word) {
    if (eight_octets(&a[i]) != eight_octets(&b[i])) return false;
  }
  return eight_octets(&a[last]) == eight_octets(&b[last]);
}

}  // namespace

std::string_view to_string(Attribute attribute) {
  return kNames[static_cast<std::size_t>(attribute)];
}

std::optional<Attribute> attribute_of(std::string_view name) {
  if (name.empty()) return std::nullopt;
  std::size_t place = place_of(name);
  while (kByHash[place] != kFree) {
    if (is_same(kNames[kByHash[place]], name)) {
      return static_cast<Attribute>(kByHash[place]);
    }
    place = (place + 1) % kPlaces;
  }
  return std::nullopt;
}

}  // namespace policyd
