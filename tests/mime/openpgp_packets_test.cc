#include "mime/openpgp_packets.h"

#include <catch2/catch.hpp>

#include "mime/openpgp_limits.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime::OpenPgpDefect;
using mime_test::join;
using mime_test::Octets;
using mime_test::octets_of;
using mime_test::packet;
using mime_test::random_octets;
using enum OpenPgpDefect;

OpenPgpDefect in_chunks(const Octets& octets, std::size_t chunk, bool ocb) {
  mime::PacketReader reader(ocb);
  std::span<const std::uint8_t> rest(octets);
  while (!rest.empty()) {
    const std::size_t size = std::min(chunk, rest.size());
    reader.write(rest.first(size));
    rest = rest.subspan(size);
  }
  return reader.finish();
}

OpenPgpDefect check(const Octets& octets, bool ocb = false) {
  const OpenPgpDefect whole = in_chunks(octets, octets.size() + 1, ocb);
  for (const std::size_t chunk : {1U, 2U, 5U, 31U, 100U})
    CHECK(to_string(in_chunks(octets, chunk, ocb)) == to_string(whole));
  return whole;
}

const Octets kContent = random_octets(80, 1);
const Octets kPkesk3 = packet(1, mime_test::pkesk3_x25519(1));
const Octets kPkesk6 = packet(1, mime_test::pkesk6_x25519(1));
const Octets kSeipd1 = packet(18, mime_test::seipd1(kContent));
const Octets kSeipd2 = packet(18, mime_test::seipd2(kContent));
const Octets kMarker = packet(10, {'P', 'G', 'P'});
const Octets kPadding = packet(21, random_octets(50, 8));

// SEIPD version 1 in partial lengths (RFC 9580 4.2.1.4).
Octets in_parts(std::uint8_t first, const std::vector<std::uint8_t>& others,
                std::size_t last) {
  Octets octets = {0xD2, first, 1};
  const auto add = [&](std::size_t count) {
    const Octets part = random_octets(count, octets.size());
    octets.insert(octets.end(), part.begin(), part.end());
  };
  add((std::size_t{1} << (first & 0x1F)) - 1);
  for (const std::uint8_t other : others) {
    octets.push_back(other);
    add(std::size_t{1} << (other & 0x1F));
  }
  octets.push_back(static_cast<std::uint8_t>(last));
  add(last);
  return octets;
}

// GnuPG's type 20: version, cipher, mode, chunk size, nonce, ciphertext.
Octets ocb_packet(std::uint8_t mode = 2) {
  return packet(20, join({{1, 9, mode, 16}, random_octets(100, 3)}));
}

TEST_CASE("sequences that encrypted messages have") {
  const Octets rsa = mime_test::pkesk3_rsa(3);
  const Octets legacy_rsa =
      join({{0x85, static_cast<std::uint8_t>(rsa.size() >> 8),
             static_cast<std::uint8_t>(rsa.size())},
            rsa});
  const Octets sequences[] = {
      join({kPkesk3, kSeipd1}),
      join({kPkesk6, kSeipd2}),
      join({packet(3, mime_test::skesk4(1)), kSeipd1}),
      join({packet(3, mime_test::skesk6(1)), kSeipd2}),
      join({legacy_rsa, kSeipd1}),
      join({legacy_rsa, kPkesk3, packet(3, mime_test::skesk4(1)), kSeipd1}),
      join({kMarker, kPkesk3, kSeipd1}),
      join({kPkesk3, kMarker, kSeipd1}),
      join({kPadding, kPkesk6, kPadding, kSeipd2}),
      join({kPkesk3, in_parts(0xE9, {}, 100)}),
      join({kPkesk3, in_parts(0xE9, {0xE0, 0xE1, 0xEC}, 0)}),
      join({kPkesk3, in_parts(0xED, {0xE9}, 191)}),
  };
  for (const Octets& octets : sequences)
    CHECK(to_string(check(octets)) == "none");
}

TEST_CASE("GnuPG's packet of type 20 passes where it is wanted") {
  const Octets skesk5 = packet(
      3, join({{5, 9, 2, 3, 8}, random_octets(8 + 1 + 15 + 32 + 16, 1)}));
  for (const Octets& before : {kPkesk3, skesk5}) {
    const Octets octets = join({before, ocb_packet()});
    CHECK(check(octets, true) == kNone);
    CHECK(check(octets, false) == kOcbPacket);
  }
  CHECK(check(join({kPkesk3, ocb_packet(1)}), true) == kNone);
  CHECK(check(join({kPkesk3, ocb_packet(3)}), true) == kAeadAlgorithm);
  CHECK(check(join({kPkesk6, ocb_packet()}), true) == kSessionKeyVersion);
  CHECK(check(join({skesk5, kSeipd1}), true) == kSessionKeyVersion);
}

TEST_CASE("sequences that are no encrypted message") {
  struct Case {
    const char* what;
    Octets octets;
    OpenPgpDefect defect;
  };
  const Octets text = mime_test::octets_of("not a packet");
  const Octets literal = packet(11, join({{'b', 0, 0, 0, 0, 0}, text}));
  const Case cases[] = {
      {"nothing", {}, kNoSessionKey},
      {"text", text, kNotAPacket},
      {"literal data", literal, kUnencryptedPacket},
      {"literal data after a session key", join({kPkesk3, literal}),
       kUnencryptedPacket},
      {"compressed data", packet(8, {1, 2, 3}), kUnencryptedPacket},
      {"a key", packet(6, {4, 0, 0, 0, 0, 1}), kUnencryptedPacket},
      {"a signature before", join({packet(2, text), kPkesk3, kSeipd1}),
       kUnencryptedPacket},
      {"trust", packet(12, text), kUnexpectedPacket},
      {"a private type", join({packet(60, text), kPkesk3, kSeipd1}),
       kUnexpectedPacket},
      {"type 9", join({kPkesk3, packet(9, kContent)}), kNoIntegrity},
      {"SEIPD alone", kSeipd1, kNoSessionKey},
      {"session key alone", kPkesk3, kNoEncryptedData},
      {"two SEIPD", join({kPkesk3, kSeipd1, kSeipd1}), kOctetsAfterMessage},
      {"a message in a row", join({kPkesk3, kSeipd1, kPkesk3, kSeipd1}),
       kOctetsAfterMessage},
      {"padding behind", join({kPkesk6, kSeipd2, kPadding}),
       kOctetsAfterMessage},
      {"an octet behind", join({kPkesk3, kSeipd1, {0}}), kOctetsAfterMessage},
      {"empty SEIPD", join({kPkesk3, packet(18, {})}), kEncryptedDataTooShort},
      {"SEIPD of a version alone", join({kPkesk3, packet(18, {1})}),
       kEncryptedDataTooShort},
      {"SEIPD 1 too short",
       join({kPkesk3, packet(18, mime_test::seipd1(random_octets(39, 1)))}),
       kEncryptedDataTooShort},
      {"SEIPD 2 too short",
       join({kPkesk6, packet(18, mime_test::seipd2(random_octets(39, 1)))}),
       kEncryptedDataTooShort},
      {"SEIPD 3", join({kPkesk3, packet(18, join({{3}, kContent}))}),
       kEncryptedDataVersion},
      {"SEIPD 2 with CAST5",
       join({kPkesk6, packet(18, join({{2, 3, 2, 6}, kContent}))}),
       kCipherAlgorithm},
      {"SEIPD 2 in mode 4",
       join({kPkesk6, packet(18, join({{2, 9, 4, 6}, kContent}))}),
       kAeadAlgorithm},
      {"SEIPD 2 in chunks of 8 MiB",
       join({kPkesk6, packet(18, join({{2, 9, 2, 17}, kContent}))}),
       kChunkSize},
      {"session key 3 for SEIPD 2", join({kPkesk3, kSeipd2}),
       kSessionKeyVersion},
      {"session key 6 for SEIPD 1", join({kPkesk6, kSeipd1}),
       kSessionKeyVersion},
      {"session key 3 for SEIPD 2 with CAST5",
       join({kPkesk3, packet(18, join({{2, 3, 2, 6}, kContent}))}),
       kSessionKeyVersion},
      {"session keys of both", join({kPkesk3, kPkesk6, kSeipd2}),
       kSessionKeyVersion},
      {"marker with text", join({packet(10, {'H', 'i', '!'}), kPkesk3}),
       kInvalidMarker},
      {"marker too long", packet(10, {'P', 'G', 'P', '!'}), kInvalidMarker},
      {"five markers", join({mime_test::repeat(kMarker, 5), kPkesk3, kSeipd1}),
       kTooManyIgnoredPackets},
      {"partial session key", {0xC1, 0xE9}, kPartialLength},
      {"partial padding", {0xD5, 0xE9}, kPartialLength},
      {"first part of 256", join({kPkesk3, in_parts(0xE8, {}, 100)}),
       kFirstPartialTooShort},
      {"part without the last", join({kPkesk3, {0xD2, 0xE9, 1}}),
       kTruncatedPacket},
      {"header cut", join({kPkesk3, {0xD2, 0xFF, 0}}), kTruncatedPacket},
      {"length of 4 GiB", join({kPkesk3, {0xD2, 255, 255, 255, 255, 255}}),
       kTruncatedPacket},
      {"session key of 4 GiB",
       {0xC1, 255, 255, 255, 255, 255},
       kSessionKeyTooLong},
      {"legacy indeterminate length", {0x87}, kIndeterminateLength},
      {"empty session key", join({{0xC1, 0}, kSeipd1}), kTruncatedPacket},
  };
  for (const Case& row : cases) {
    INFO(row.what);
    CHECK(to_string(check(row.octets)) == to_string(row.defect));
  }
}

TEST_CASE("a message cut anywhere is none") {
  const Octets octets = join({kPkesk3, kMarker, kPkesk3, kSeipd1});
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const Octets cut(octets.begin(), octets.begin() + static_cast<int>(size));
    CHECK(in_chunks(cut, 1000, false) != kNone);
  }
}

TEST_CASE("as many recipients as Postfix takes, and no more than the bound") {
  Octets octets;
  for (std::size_t i = 0; i < mime::kMaxSessionKeys; ++i)
    octets = join({octets, packet(1, mime_test::pkesk3_x25519(10 * i))});
  CHECK(in_chunks(join({octets, kSeipd1}), 4096, false) == kNone);
  CHECK(in_chunks(join({octets, kPkesk3, kSeipd1}), 4096, false) ==
        kTooManySessionKeys);
}

TEST_CASE("a message has few passwords") {
  Octets octets;
  for (std::size_t i = 0; i < mime::kMaxPasswordKeys; ++i)
    octets = join({octets, packet(3, mime_test::skesk4(10 * i))});
  CHECK(check(join({octets, kPkesk3, kSeipd1})) == kNone);
  const Octets another = packet(3, mime_test::skesk4(7));
  CHECK(check(join({octets, another, kSeipd1})) == kTooManyPasswordKeys);
}

// PKESK of X25519, version 3, for this key.
Octets pkesk_for(const Octets& key_id, std::uint64_t seed) {
  Octets body = mime_test::pkesk3_x25519(seed);
  std::copy(key_id.begin(), key_id.end(), body.begin() + 1);
  return packet(1, body);
}

TEST_CASE("a key may stand often, and so may a recipient without a name") {
  const Octets keys[] = {Octets(8), random_octets(8, 3), octets_of("at/nine/")};
  for (const Octets& key_id : keys) {
    Octets octets;
    for (std::size_t i = 0; i < 300; ++i)
      octets = join({octets, pkesk_for(key_id, 10 * i)});
    CHECK(in_chunks(join({octets, kSeipd1}), 4096, false) == kNone);
  }
}

TEST_CASE("identifiers and salts spell nothing") {
  const std::string text = "behind the old harbour at nine tonight by car ";
  Octets key_ids;
  Octets salts;
  Octets base64_salts;
  for (std::size_t i = 0; i < 16; ++i) {
    Octets eight;
    for (std::size_t j = 0; j < 8; ++j)
      eight.push_back(static_cast<std::uint8_t>(text[(8 * i + j) % 45]));
    key_ids = join({key_ids, pkesk_for(eight, 10 * i)});
    salts = join({salts, packet(3, join({{4, 9, 3, 8}, eight, {0xE0}}))});
    // Of base64 "meetatnineAA", "neetatnineAA" and so on.
    const Octets spelled = {static_cast<std::uint8_t>(0x99 + (i << 2)),
                            0xE7,
                            0xAD,
                            0x6A,
                            0xD9,
                            0xE2,
                            0x9D,
                            0xE0};
    base64_salts =
        join({base64_salts, packet(3, join({{4, 9, 3, 8}, spelled, {0xE0}}))});
  }
  CHECK(check(join({key_ids, kSeipd1})) == kReadableOctets);
  CHECK(check(join({salts, kSeipd1})) == kReadableOctets);
  CHECK(check(join({base64_salts, kSeipd1})) != kNone);
}

}  // namespace
