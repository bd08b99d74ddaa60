#include "mime/armor_header.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/mime/openpgp_builder.h"

namespace {

using mime::OpenPgpDefect;

OpenPgpDefect line(std::string_view text) {
  mime::ArmorHeaders headers;
  return headers.line(text);
}

TEST_CASE("header lines that programs write pass") {
  const std::string_view lines[] = {
      "Version: GnuPG v2",
      "Version: GnuPG v2.2.40 (GNU/Linux)",
      "Version: GnuPG v2.0.14 (MingW32)",
      "Version: GnuPG/MacGPG2 v2.0.19 (Darwin)",
      "Version: OpenPGP.js v4.10.10",
      "Version: ProtonMail",
      "Version: Mailvelope v4.4.1",
      "Version: BCPG v1.68",
      "Version: BCPG C# v1.6.1.0",
      "Version: FlowCrypt Email Encryption 8.1.5",
      "Version: Encryption Desktop 10.4.2 (Build 1298)",
      "Version: OpenKeychain v3.9",
      "Version: Kleopatra v3.1.11",
      "Comment: https://gnupg.org",
      "Comment: https://openpgpjs.org",
      "Comment: https://mailvelope.com",
      "Comment: https://protonmail.com",
      "Comment: Using GnuPG with Thunderbird - https://www.enigmail.net/",
      "Comment: Using GnuPG with Mozilla - http://enigmail.mozdev.org",
      "Comment: GPGTools - https://gpgtools.org",
      "Comment: Seamlessly send and receive encrypted email",
      "Charset: utf-8",
      "Hash: SHA512",
  };
  for (const std::string_view text : lines) {
    INFO(text);
    CHECK(line(text) == OpenPgpDefect::kNone);
  }
}

TEST_CASE("prose does not pass in any of them") {
  const std::string_view lines[] = {
      "Comment: Meet me at five",
      "Comment: Hello",
      "Comment: https://meet-me-at-five.example",
      "Comment: https://gnupg.org/meet-me",
      "Comment: Using GnuPG with my friend - https://www.enigmail.net/",
      "Comment:",
      "Comment: ",
      "Version: Hello",
      "Version: Meet me at five",
      "Version: GnuPG v2 meet me",
      "Version: GnuPG v2.2.40 (Meet me at five)",
      "Version: GnuPG v2.2.40 (GNU/Linux) meet me",
      "Version: GnuPG v4915.1234.5678",
      "Version: Abcdefghijklmnopq v1",
      "Version: Two words v1",
      "Version: word v",
      "Charset: meet-me-at-five",
      "Hash: SHA1, meet me",
      "MessageID: MeetMeAtTheStationAtFiveTonight1",
      "MessageID: 0123456789abcdef0123456789abcdef",
      "X-Note: hello",
      "version: GnuPG v2",
      "Version:GnuPG v2",
      "Version: GnuPG v2\tx",
      "",
  };
  for (const std::string_view text : lines) {
    INFO(text);
    CHECK(line(text) == OpenPgpDefect::kUnknownArmorHeader);
  }
}

TEST_CASE("a kind of line stands once, a comment twice") {
  mime::ArmorHeaders headers;
  CHECK(headers.line("Version: GnuPG v2") == OpenPgpDefect::kNone);
  CHECK(headers.line("Version: GnuPG v2") ==
        OpenPgpDefect::kTooManyArmorHeaders);
  CHECK(headers.line("Comment: https://gnupg.org") == OpenPgpDefect::kNone);
  CHECK(headers.line("Comment: https://gnupg.org") == OpenPgpDefect::kNone);
  CHECK(headers.line("Comment: https://gnupg.org") ==
        OpenPgpDefect::kTooManyArmorHeaders);
}

TEST_CASE("header lines pass where they are wanted only") {
  const std::string armored = mime_test::armored(
      mime_test::message_with(mime_test::random_octets(60, 1)));
  const std::string text =
      "-----BEGIN PGP MESSAGE-----\r\nVersion: GnuPG v2\r\nComment: "
      "https://gnupg.org\r\n" +
      armored.substr(29);
  for (std::size_t chunk : {0U, 1U, 10U}) {
    CHECK(mime_test::recognise(text, {true, false}, chunk) ==
          OpenPgpDefect::kNone);
    CHECK(mime_test::recognise(text, {false, false}, chunk) ==
          OpenPgpDefect::kArmorHeader);
  }
}

}  // namespace
