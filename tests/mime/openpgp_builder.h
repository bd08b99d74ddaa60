#pragma once

// Makes OpenPGP messages, right and wrong ones, out of random octets in the
// place of ciphertext.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "mime/openpgp_message.h"

namespace mime_test {

using Octets = std::vector<std::uint8_t>;

// The same for the same seed.
Octets random_octets(std::size_t count, std::uint64_t seed);
Octets octets_of(std::string_view text);
Octets join(std::initializer_list<Octets> parts);
Octets repeat(const Octets& octets, std::size_t times);

// A packet with a header of the current format (RFC 9580 4.2.1).
Octets packet(int type, const Octets& body);
// A number of `octets` random octets with its exact bit count, a multiple of
// 8 (RFC 9580 3.2).
Octets mpi(std::size_t octets, std::uint64_t seed);

// Bodies of valid packets.
Octets pkesk3_rsa(std::uint64_t seed);
Octets pkesk3_x25519(std::uint64_t seed);
Octets pkesk6_x25519(std::uint64_t seed);
Octets skesk4(std::uint64_t seed);
Octets skesk6(std::uint64_t seed);
Octets seipd1(const Octets& content);
Octets seipd2(const Octets& content);

// One PKESK of X25519 and the SEIPD of version 1 with this content.
Octets message_with(const Octets& content);

struct ArmorStyle {
  std::size_t line_length = 64;
  std::string_view line_end = "\r\n";
  bool checksum = true;
};
std::string base64(const Octets& octets, ArmorStyle style = {});
std::string armored(const Octets& octets, ArmorStyle style = {});

// What the recogniser says, `chunk` octets at a time (0: all at once).
mime::OpenPgpDefect recognise(std::string_view text,
                              mime::OpenPgpOptions options = {},
                              std::size_t chunk = 0);

// The contents of a file below the source directory.
std::string source_file(std::string_view path);

}  // namespace mime_test
