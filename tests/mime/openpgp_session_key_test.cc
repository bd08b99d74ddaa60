#include "mime/openpgp_session_key.h"

#include <catch2/catch.hpp>

#include "tests/mime/openpgp_builder.h"

namespace {

using mime::OpenPgpDefect;
using mime::SessionKeyVersion;
using mime_test::join;
using mime_test::mpi;
using mime_test::Octets;
using mime_test::random_octets;

mime::SessionKeyCheck check(int type, const Octets& body) {
  mime::OpenPgpStatistics statistics;
  return type == 1 ? mime::check_pkesk(body, 2, statistics)
                   : mime::check_skesk(body, 2, statistics);
}

struct Valid {
  const char* what;
  int type;
  Octets body;
  SessionKeyVersion version;
};

Octets key_id() { return random_octets(8, 60); }

// A point in the encoding of `octets` octets with its bit count.
Octets point(std::uint8_t first, std::size_t bits) {
  const std::size_t size = (bits + 7) / 8;
  Octets encoded = random_octets(size, bits);
  encoded[0] = first;
  if (size == 133) encoded[1] = encoded[67] = 1;
  encoded.back() &= 0x7F;
  return join(
      {{static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)},
       encoded});
}

Octets ecdh3(const Octets& encoded_point, std::uint8_t size) {
  return join(
      {{3}, key_id(), {18}, encoded_point, {size}, random_octets(size, 61)});
}

std::vector<Valid> valid_packets() {
  Octets x25519 = random_octets(32, 1);
  x25519.back() = 0x7F;
  const Octets key = random_octets(40, 2);
  const Octets salt16 = random_octets(16, 3);
  const auto legacy = SessionKeyVersion::kLegacy;
  const auto current = SessionKeyVersion::kCurrent;
  return {
      {"RSA", 1, mime_test::pkesk3_rsa(1), legacy},
      {"RSA by PGP 5", 1, join({{3}, key_id(), {2}, mpi(128, 1)}), legacy},
      {"Elgamal", 1, join({{3}, key_id(), {16}, mpi(256, 1), mpi(256, 2)}),
       legacy},
      {"hidden recipient", 1, join({{3}, Octets(8, 0), {1}, mpi(256, 1)}),
       legacy},
      {"ECDH on Curve25519", 1, ecdh3(point(0x40, 263), 48), legacy},
      {"ECDH on P-256", 1, ecdh3(point(0x04, 515), 40), legacy},
      {"ECDH on P-384", 1, ecdh3(point(0x04, 771), 48), legacy},
      {"ECDH on brainpoolP512r1", 1, ecdh3(point(0x04, 1027), 32), legacy},
      {"ECDH on P-521", 1, ecdh3(point(0x04, 1059), 48), legacy},
      {"X25519", 1, mime_test::pkesk3_x25519(1), legacy},
      {"X25519 version 6", 1, mime_test::pkesk6_x25519(1), current},
      {"X25519 to a version 4 key", 1,
       join({{6, 21, 4}, random_octets(20, 1), {25}, x25519, {40}, key}),
       current},
      {"X25519 to nobody by name", 1, join({{6, 0, 25}, x25519, {40}, key}),
       current},
      {"ECDH version 6 to nobody by name", 1,
       join({{6, 0, 18}, point(0x40, 263), {48}, random_octets(48, 1)}),
       current},
      {"X448", 1, join({{6, 0, 26}, random_octets(56, 9), {40}, key}), current},
      {"ML-KEM-768 and X25519", 1,
       join({{6, 0, 35}, x25519, random_octets(1088, 9), {40}, key}), current},
      {"ML-KEM-1024 and X448", 1,
       join({{6, 0, 36}, random_octets(56 + 1568, 9), {40}, key}), current},
      {"password", 3, mime_test::skesk4(1), legacy},
      {"password, simple", 3, {4, 9, 0, 8}, legacy},
      {"password, salted", 3, join({{4, 2, 1, 2}, random_octets(8, 1)}),
       legacy},
      {"password, Argon2", 3, join({{4, 9, 4}, salt16, {3, 4, 16}}), legacy},
      {"password with session key", 3,
       join({mime_test::skesk4(1), random_octets(33, 1)}), legacy},
      {"password version 6", 3, mime_test::skesk6(1), current},
      {"password version 6, Argon2 and GCM", 3,
       join({{6, 3 + 20 + 12, 7, 3, 20, 4},
             salt16,
             {3, 4, 16},
             random_octets(12 + 16 + 16, 1)}),
       current},
      {"password version 5 by GnuPG", 3,
       join({{5, 9, 2, 3, 8},
             random_octets(8, 1),
             {0xFF},
             random_octets(15 + 32 + 16, 2)}),
       SessionKeyVersion::kGnuPgOcb},
  };
}

TEST_CASE("session-key packets of every algorithm are valid") {
  for (const Valid& valid : valid_packets()) {
    INFO(valid.what);
    const mime::SessionKeyCheck result = check(valid.type, valid.body);
    CHECK(to_string(result.defect) == "none");
    CHECK(result.version == valid.version);
  }
}

TEST_CASE("an octet too many or too few is a defect in each of them") {
  for (const Valid& valid : valid_packets()) {
    INFO(valid.what);
    for (const char extra : {'\0', 'A', '\xFF'}) {
      const Octets longer =
          join({valid.body, {static_cast<std::uint8_t>(extra)}});
      CHECK(check(valid.type, longer).defect != OpenPgpDefect::kNone);
    }
    for (std::size_t size = 0; size < valid.body.size(); ++size) {
      const Octets shorter(valid.body.begin(),
                           valid.body.begin() + static_cast<int>(size));
      // A password's packet with a shorter session key, or none, is one, too.
      const std::size_t missing = valid.body.size() - size;
      if (valid.type == 3 && (missing == 8 || missing == 16 || missing == 33))
        continue;
      CHECK(check(valid.type, shorter).defect != OpenPgpDefect::kNone);
    }
  }
}

struct Broken {
  const char* what;
  int type;
  Octets body;
  std::size_t place;
  std::uint8_t octet;
  OpenPgpDefect defect;
};

TEST_CASE("each field that is wrong by one is told by name") {
  const Octets rsa = mime_test::pkesk3_rsa(1);
  const Octets x3 = mime_test::pkesk3_x25519(1);
  const Octets x6 = mime_test::pkesk6_x25519(1);
  const Octets curve = ecdh3(point(0x40, 263), 48);
  const Octets p256 = ecdh3(point(0x04, 515), 48);
  const Octets p521 = ecdh3(point(0x04, 1059), 48);
  const Octets s4 = mime_test::skesk4(1);
  const Octets s6 = mime_test::skesk6(1);
  const Octets argon = join({{4, 9, 4}, random_octets(16, 3), {3, 4, 16}});
  using enum OpenPgpDefect;
  const Broken rows[] = {
      {"version 2", 1, rsa, 0, 2, kSessionKeyVersion},
      {"version 4", 1, rsa, 0, 4, kSessionKeyVersion},
      {"sign-only RSA", 1, rsa, 9, 3, kPublicKeyAlgorithm},
      {"DSA", 1, rsa, 9, 17, kPublicKeyAlgorithm},
      {"Ed25519", 1, rsa, 9, 27, kPublicKeyAlgorithm},
      {"bit count above", 1, rsa, 11, 1, kTruncatedPacket},
      {"bit count far below", 1, rsa, 10, 7, kLeftOverOctets},
      {"top bit not set", 1, rsa, 12, 0x7F, kInvalidMpi},
      {"a number too small", 1, join({{3}, key_id(), {1}, mpi(16, 1)}), 0, 3,
       kInvalidMpi},
      {"a number of no bits", 1, join({{3}, key_id(), {1, 0, 0}}), 0, 3,
       kInvalidMpi},
      {"wrapped key of 39 octets", 1, x3, 42, 40, kInvalidSessionKeyLength},
      {"a cipher unknown", 1, x3, 43, 14, kCipherAlgorithm},
      {"CAST5", 1, x3, 43, 3, kCipherAlgorithm},
      {"AES-128 with the key of AES-256", 1, x3, 43, 7,
       kInvalidSessionKeyLength},
      {"the top bit of a point", 1, x3, 41, 0x80, kInvalidPoint},
      {"fingerprint of 32 octets", 1, x6, 1, 32, kRecipientIdentifier},
      {"key version 5", 1, x6, 2, 5, kRecipientIdentifier},
      {"key version 4, fingerprint of 6", 1, x6, 2, 4, kRecipientIdentifier},
      {"wrapped key of 41 octets", 1, x6, 68, 41, kInvalidSessionKeyLength},
      {"a prefix unknown", 1, curve, 12, 0x41, kInvalidPoint},
      {"a bit count not of the prefix", 1, curve, 11, 6, kInvalidMpi},
      {"wrapped key not of blocks", 1, curve, 45, 47, kInvalidSessionKeyLength},
      {"wrapped key too long", 1, curve, 45, 56, kInvalidSessionKeyLength},
      {"compressed point", 1, p256, 12, 0x05, kInvalidPoint},
      {"P-521 beyond its bits", 1, p521, 13, 2, kInvalidPoint},
      {"P-521 beyond its bits in y", 1, p521, 79, 2, kInvalidPoint},
      {"version 7", 3, s4, 0, 7, kSessionKeyVersion},
      {"cipher 0", 3, s4, 1, 0, kCipherAlgorithm},
      {"cipher 14", 3, s4, 1, 14, kCipherAlgorithm},
      {"S2K type 2", 3, s4, 2, 2, kInvalidS2k},
      {"S2K type 5", 3, s4, 2, 5, kInvalidS2k},
      {"GnuPG's private S2K", 3, s4, 2, 101, kInvalidS2k},
      {"hash 0", 3, s4, 3, 0, kHashAlgorithm},
      {"hash 4", 3, s4, 3, 4, kHashAlgorithm},
      {"hash 15", 3, s4, 3, 15, kHashAlgorithm},
      {"no passes", 3, argon, 19, 0, kInvalidS2k},
      {"no lanes", 3, argon, 20, 0, kInvalidS2k},
      {"memory below 8 KiB a lane", 3, argon, 21, 4, kInvalidS2k},
      {"memory above 2 TiB", 3, argon, 21, 32, kInvalidS2k},
      {"count of all fields", 3, s6, 1, 30, kInvalidFieldCount},
      {"CAST5 with AEAD", 3, s6, 2, 3, kCipherAlgorithm},
      {"AEAD mode 0", 3, s6, 3, 0, kAeadAlgorithm},
      {"AEAD mode 4", 3, s6, 3, 4, kAeadAlgorithm},
      {"another AEAD mode's nonce", 3, s6, 3, 3, kInvalidFieldCount},
      {"count of S2K octets", 3, s6, 4, 12, kInvalidFieldCount},
  };
  for (const Broken& row : rows) {
    INFO(row.what);
    Octets body = row.body;
    body[row.place] = row.octet;
    CHECK(to_string(check(row.type, body).defect) == to_string(row.defect));
  }
}

}  // namespace
