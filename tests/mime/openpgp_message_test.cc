#include "mime/openpgp_message.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>
#include <string>

#include "tests/mime/openpgp_builder.h"

namespace {

using mime::OpenPgpDefect;
using mime_test::armored;
using mime_test::join;
using mime_test::Octets;
using mime_test::octets_of;
using mime_test::packet;
using mime_test::random_octets;
using mime_test::recognise;
using enum OpenPgpDefect;

// What programs wrote (corpus/generate/payloads.sh), by file name.
std::set<std::string> payloads() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(
           CHATMILTER_SOURCE_DIR "/corpus/payloads"))
    names.insert(entry.path().filename().string());
  return names;
}

std::string payload(const std::string& name) {
  return mime_test::source_file("corpus/payloads/" + name);
}

TEST_CASE("messages of every program are encrypted messages in any chunking") {
  const std::set<std::string> names = payloads();
  CHECK(names.size() > 50);
  for (const std::string& name : names) {
    // Those that their names say are no encrypted messages, and one with a
    // comment that a person wrote.
    if (name.find("-not-") != std::string::npos || name == "gpg-comment.asc")
      continue;
    INFO(name);
    const std::string text = payload(name);
    for (const std::size_t chunk : {0U, 1U, 2U, 13U, 64U, 66U, 1000U})
      CHECK(to_string(recognise(text, {true, true}, chunk)) == "none");
    std::string crlf;
    for (const char c : text) {
      if (c == '\n' && (crlf.empty() || crlf.back() != '\r')) crlf += '\r';
      crlf += c;
    }
    CHECK(to_string(recognise(crlf, {true, true})) == "none");
  }
}

TEST_CASE("what programs wrote in clear is none") {
  for (const std::string& name : payloads()) {
    if (name.find("-not-") == std::string::npos) continue;
    INFO(name);
    CHECK(recognise(payload(name), {true, true}) != kNone);
  }
  CHECK(recognise(payload("gpg-comment.asc"), {true, true}) ==
        kUnknownArmorHeader);
}

TEST_CASE("only GnuPG's OCB packet needs its option") {
  CHECK(recognise(payload("rnp-aead-ocb.asc"), {true, true}) == kNone);
  CHECK(recognise(payload("rnp-aead-ocb.asc"), {true, false}) == kOcbPacket);
  CHECK(recognise(payload("openpgpjs6-seipd2-ocb.asc"), {}) == kNone);
}

TEST_CASE("a message passes with every cut of its text in two") {
  const std::string text =
      armored(mime_test::message_with(random_octets(300, 1)));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    mime::OpenPgpMessage message({});
    message.write(std::string_view(text).substr(0, cut));
    CHECK_FALSE(message.refused());
    message.write(std::string_view(text).substr(cut));
    CHECK(message.finish() == kNone);
  }
}

TEST_CASE("each flipped bit of a message's text gives one answer when cut") {
  const std::string good =
      armored(mime_test::message_with(random_octets(48, 1)));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int bit : {0x01, 0x20, 0x80}) {
      std::string text = good;
      text[i] = static_cast<char>(text[i] ^ bit);
      const OpenPgpDefect whole = recognise(text);
      REQUIRE(recognise(text, {}, 1) == whole);
      REQUIRE(recognise(text, {}, 10) == whole);
      // The checksum covers all that base64 says.
      REQUIRE(whole != kNone);
    }
  }
}

TEST_CASE("text in the place of ciphertext is refused, the smallest too") {
  const std::string sentence =
      "We meet tomorrow at five behind the old station, bring the papers and "
      "tell nobody. If you are late then wait near the second platform. ";
  for (const std::size_t size : {48U, 60U, 100U, 130U}) {
    const Octets text = octets_of(sentence.substr(0, size));
    CHECK(recognise(armored(mime_test::message_with(text))) == kReadableOctets);
    const Octets second = join({packet(1, mime_test::pkesk6_x25519(1)),
                                packet(18, mime_test::seipd2(text))});
    CHECK(recognise(armored(second)) == kReadableOctets);
  }
}

TEST_CASE("long text is refused before the message ends") {
  const Octets text = mime_test::repeat(
      octets_of("All of this is readable without any key. "), 3000);
  const std::string armor = armored(mime_test::message_with(text));
  mime::OpenPgpMessage message({});
  message.write(std::string_view(armor).substr(0, 5000));
  CHECK(message.refused());
  CHECK(message.finish() == kReadableOctets);
}

// A message with these packets before its encrypted data.
OpenPgpDefect with_session_keys(const Octets& packets) {
  const Octets seipd = packet(18, mime_test::seipd1(random_octets(500, 4)));
  return recognise(armored(join({packets, seipd})));
}

TEST_CASE("session-key packets hold no text in any of their free fields") {
  const std::string text =
      "All of this text stands where random octets ought to be, and it can be "
      "read by everybody who looks at the message on its way. ";
  const std::string long_text = text + text + text;
  Octets number = octets_of(long_text.substr(0, 256));
  number[0] |= 0x80;
  const Octets rsa = join({{3}, random_octets(8, 1), {1, 8, 0}, number});
  CHECK(with_session_keys(packet(1, rsa)) == kReadableOctets);

  Octets point = octets_of(text.substr(0, 32));
  const Octets x25519 = join({{3},
                              random_octets(8, 1),
                              {25},
                              point,
                              {41, 9},
                              octets_of(text.substr(32, 40))});
  CHECK(with_session_keys(packet(1, x25519)) == kReadableOctets);

  // Key IDs of eight letters, and salts: cut, but one text together.
  Octets key_ids;
  Octets salts;
  for (std::size_t i = 0; i < 10; ++i) {
    Octets body = mime_test::pkesk3_x25519(i);
    std::copy_n(text.begin() + static_cast<int>(8 * i), 8, body.begin() + 1);
    key_ids = join({key_ids, packet(1, body)});
    body = mime_test::skesk4(i);
    std::copy_n(text.begin() + static_cast<int>(8 * i), 8, body.begin() + 4);
    salts = join({salts, packet(3, body)});
  }
  CHECK(with_session_keys(key_ids) == kReadableOctets);
  CHECK(with_session_keys(salts) == kReadableOctets);

  const Octets key = octets_of(text.substr(0, 33));
  const Octets skesk = join({mime_test::skesk4(1), key});
  CHECK(with_session_keys(packet(3, skesk)) == kReadableOctets);

  const Octets padding = packet(21, octets_of(long_text));
  CHECK(
      with_session_keys(join({padding, packet(1, mime_test::pkesk3_rsa(1))})) ==
      kReadableOctets);
}

TEST_CASE("the same session keys with random octets pass") {
  Octets packets;
  for (std::uint64_t i = 0; i < 100; ++i) {
    packets = join({packets, packet(1, mime_test::pkesk3_x25519(3 * i)),
                    packet(1, mime_test::pkesk3_rsa(3 * i + 1000))});
    if (i % 10 == 0) packets = join({packets, packet(3, mime_test::skesk4(i))});
  }
  CHECK(with_session_keys(packets) == kNone);
}

// Octets whose base64 is this text.
Octets octets_with_base64(std::string_view text) {
  Octets octets;
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      octets.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  return octets;
}

TEST_CASE("text that is spelled in base64 itself is refused") {
  const std::string_view texts[] = {
      "Meet+me+tomorrow+at+five+behind+the+old+station/bring+all+the+papers/"
      "tell+nobody/wait+near+the+second+platform+and+then+go+on+by+car",
      "MEET/ME/TOMORROW/AT/FIVE/BEHIND/THE/OLD/STATION/BRING/ALL/THE/PAPERS/"
      "TELL/NOBODY/WAIT/NEAR/THE/SECOND/PLATFORM/AND/THEN/GO/ON/BY/CAR",
  };
  for (const std::string_view text : texts) {
    // At each of the places that a quad has.
    for (std::size_t shift = 0; shift < 12; ++shift) {
      Octets content = random_octets(100'000 + shift, 3);
      const Octets message = mime_test::message_with(content);
      Octets changed = message;
      const Octets spelled = octets_with_base64(text);
      std::copy(spelled.begin(), spelled.end(),
                changed.begin() + 30'000 + static_cast<int>(shift) * 3);
      REQUIRE(recognise(armored(message)) == kNone);
      CHECK(recognise(armored(changed)) == kReadableArmor);
    }
  }
}

TEST_CASE("a moved message goes on where it was") {
  const std::string text =
      armored(mime_test::message_with(random_octets(100, 1)));
  mime::OpenPgpMessage first({});
  first.write(std::string_view(text).substr(0, 100));
  mime::OpenPgpMessage second(std::move(first));
  second.write(std::string_view(text).substr(100));
  CHECK(second.finish() == kNone);
}

}  // namespace
