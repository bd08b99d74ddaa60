// Tests mime/openpgp_public_key.h: text in the places of a key that should be
// random, and bounds on what is not.

#include <catch2/catch.hpp>
#include <string>

#include "mime/openpgp_public_key.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime_test::join;
using mime_test::mpi;
using mime_test::Octets;
using mime_test::octets_of;
using mime_test::packet;
using mime_test::random_octets;

std::string word_for(const Octets& octets) {
  return std::string(to_string(mime::check_public_key(octets)));
}

// What a version 4 key of Ed25519 and X25519 consists of, each in its place.
struct Key {
  Octets point = random_octets(32, 1);
  Octets fingerprint = random_octets(20, 2);
  Octets subkey_point = random_octets(32, 3);
  std::vector<std::string> user_ids = {"<a@keys.example>"};
  std::size_t subkeys = 1;
  std::size_t signatures = 1;  // of each
};

Octets signature(const Key& key, std::uint8_t type, std::uint64_t seed) {
  Octets native = random_octets(64, seed);
  native.back() = 0x0F;
  return packet(
      2, join({{4, type, 27, 8, 0, 29, 5, 2, 0x6B, 4, 0x43, 0xB0, 22, 33, 4},
               key.fingerprint,
               {0, 0},
               random_octets(2, seed + 1),
               native}));
}

Octets octets_of(const Key& key) {
  Octets octets = packet(6, join({{4, 0x6B, 4, 0x43, 0xB0, 27}, key.point}));
  std::uint64_t seed = 10;
  const auto sign = [&](std::uint8_t type) {
    for (std::size_t i = 0; i < key.signatures; ++i) {
      octets = join({octets, signature(key, type, seed += 2)});
    }
  };
  for (const std::string& user_id : key.user_ids) {
    octets = join({octets, packet(13, mime_test::octets_of(user_id))});
    sign(0x13);
  }
  for (std::size_t i = 0; i < key.subkeys; ++i) {
    Octets point = i == 0 ? key.subkey_point : random_octets(32, 700 + i);
    point.back() &= 0x7F;
    octets =
        join({octets, packet(14, join({{4, 0x6B, 4, 0x43, 0xB0, 25}, point}))});
    sign(0x18);
  }
  return octets;
}

const std::string kText =
    "Let us meet at the old harbour this evening at nine, and bring them all "
    "with you. Nobody shall know of it before the others have left the town.";

Octets text(std::size_t at, std::size_t size) {
  return octets_of(kText.substr(at, size));
}

TEST_CASE("a key of random octets is a key, with any of them") {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Key key;
    key.point = random_octets(32, 1000 + seed);
    key.fingerprint = random_octets(20, 5000 + seed);
    key.subkey_point = random_octets(32, 9000 + seed);
    INFO(seed);
    REQUIRE(word_for(octets_of(key)) == "none");
  }
}

TEST_CASE("text in the material of keys and signatures is found") {
  Key key;
  key.point = text(0, 32);
  CHECK(word_for(octets_of(key)) == "readable-octets");
  key = {};
  key.subkey_point = text(40, 32);
  CHECK(word_for(octets_of(key)) == "readable-octets");
  key = {};
  key.point = join({text(0, 16), random_octets(16, 4)});
  key.subkey_point = join({random_octets(16, 5), text(16, 16)});
  // Two halves of one sentence add up.
  CHECK(word_for(octets_of(key)) == "none");
  key.fingerprint = text(32, 20);
  key.point = text(0, 32);
  CHECK(word_for(octets_of(key)) == "readable-octets");

  const Octets modulus =
      join({{0x08, 0x00, 0x80}, text(0, 100), text(0, 100), text(0, 54), {1}});
  const Octets rsa =
      packet(6, join({{4, 0x6B, 4, 0x43, 0xB0, 1}, modulus, {0, 17, 1, 0, 1}}));
  CHECK(word_for(rsa) == "readable-octets");
  const Octets even = join({{0x08, 0x00, 0x80}, random_octets(254, 7), {2}});
  CHECK(word_for(packet(
            6, join({{4, 0x6B, 4, 0x43, 0xB0, 1}, even, {0, 17, 1, 0, 1}}))) ==
        "key-size");
  Octets number = mpi(256, 9);
  number.back() |= 1;
  const Octets good =
      packet(6, join({{4, 0x6B, 4, 0x43, 0xB0, 1}, number, {0, 17, 1, 0, 1}}));
  CHECK(word_for(good) == "none");
}

TEST_CASE("8 KB of prose in the place of a packet is no key") {
  const Octets prose = mime_test::repeat(octets_of(kText), 56);
  const Octets key = octets_of(Key{});
  CHECK(word_for(packet(6, prose)) == "key-version");
  CHECK(word_for(packet(6, join({{4}, prose}))) == "public-key-algorithm");
  CHECK(word_for(join({key, packet(2, prose)})) == "signature-version");
  CHECK(word_for(join({key, packet(2, join({{4, 0x18, 27, 8}, prose}))})) !=
        "none");
  CHECK(word_for(join({key, packet(14, join({{4, 0, 0, 0, 0, 25}, prose}))})) ==
        "left-over-octets");
}

TEST_CASE("user ids, subkeys and signatures have bounds") {
  Key key;
  key.user_ids = {};
  CHECK(word_for(octets_of(key)) == "none");
  key.user_ids = {std::string(100, 'a'), std::string(156, 'a')};
  CHECK(word_for(octets_of(key)) == "none");
  key.user_ids = {std::string(100, 'a'), std::string(157, 'a')};
  CHECK(word_for(octets_of(key)) == "too-many-user-ids");
  key.user_ids = {"a", "b", "c"};
  CHECK(word_for(octets_of(key)) == "too-many-user-ids");
  key.user_ids = std::vector<std::string>(40, std::string(256, 'a'));
  CHECK(word_for(octets_of(key)) == "too-many-user-ids");

  key = {};
  key.subkeys = mime::kMaxSubkeys;
  CHECK(word_for(octets_of(key)) == "none");
  key.subkeys = mime::kMaxSubkeys + 1;
  CHECK(word_for(octets_of(key)) == "too-many-key-packets");
  key.subkeys = 2;
  key.signatures = 3;
  CHECK(word_for(octets_of(key)) == "none");
  key.signatures = 4;
  CHECK(word_for(octets_of(key)) == "too-many-key-packets");
  key.signatures = 0;
  CHECK(word_for(octets_of(key)) == "no-self-signature");
}

}  // namespace
