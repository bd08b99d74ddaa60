#include "mime/armor.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/mime/openpgp_builder.h"

namespace {

using mime::OpenPgpDefect;
using mime_test::Octets;

const std::string kBegin = "-----BEGIN PGP MESSAGE-----\r\n";
const std::string kEnd = "-----END PGP MESSAGE-----\r\n";
const Octets kContent = mime_test::random_octets(200, 4);

struct Dearmored {
  OpenPgpDefect defect;
  Octets octets;
};

// The text in pieces of `chunk` octets.
Dearmored dearmor(std::string_view text, std::size_t chunk,
                  bool header_lines = false) {
  mime::ArmorReader reader(header_lines);
  Octets octets;
  Octets buffer(mime::ArmorReader::kMinBuffer + chunk % 50);
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    std::string_view piece = text.substr(at, chunk);
    while (!piece.empty()) {
      const std::size_t count = reader.read(piece, buffer);
      octets.insert(octets.end(), buffer.begin(),
                    buffer.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
  return {reader.finish(), octets};
}

// The same answer in any pieces, and in any two.
OpenPgpDefect defect_of(const std::string& text, bool header_lines = false) {
  const OpenPgpDefect whole = dearmor(text, 100'000, header_lines).defect;
  for (const std::size_t chunk : {1U, 2U, 3U, 7U, 30U, 65U, 66U, 67U})
    CHECK(dearmor(text, chunk, header_lines).defect == whole);
  return whole;
}

std::string data(std::size_t line_length = 64) {
  return mime_test::base64(kContent, {line_length, "\r\n", false});
}

TEST_CASE("armor in lines of any length gives the octets, in any chunking") {
  for (const std::size_t length : {32U, 60U, 64U, 76U, 300U, 996U}) {
    for (const std::string_view end : {"\r\n", "\n"}) {
      for (std::size_t size = 100; size < 104; ++size) {
        const Octets octets = mime_test::random_octets(size, size);
        const std::string text =
            mime_test::armored(octets, {length, end, true});
        for (std::size_t chunk = 1; chunk < text.size(); ++chunk) {
          const Dearmored result = dearmor(text, chunk);
          REQUIRE(result.defect == OpenPgpDefect::kNone);
          REQUIRE(result.octets == octets);
        }
      }
    }
  }
}

TEST_CASE("lines that cut a quad in two are read as well") {
  for (const std::size_t length : {33U, 34U, 35U, 62U, 63U, 65U, 998U}) {
    const Octets octets = mime_test::random_octets(300, length);
    const std::string text =
        mime_test::armored(octets, {length, "\r\n", false});
    for (const std::size_t chunk : {1U, 5U, 64U, 100'000U}) {
      const Dearmored result = dearmor(text, chunk);
      REQUIRE(result.defect == OpenPgpDefect::kNone);
      REQUIRE(result.octets == octets);
    }
  }
}

TEST_CASE("armor as tools and mail servers leave it is armor") {
  const std::string plain = data();
  const std::string texts[] = {
      mime_test::armored(kContent),
      mime_test::armored(kContent, {64, "\n", true}),
      mime_test::armored(kContent, {64, "\r\n", false}),
      "\r\n \r\n" + mime_test::armored(kContent),
      mime_test::armored(kContent) + "\r\n\r\n \t\r\n",
      kBegin + "  \t\r\n" + plain + kEnd,
      "-----BEGIN PGP MESSAGE-----  \r\n\r\n" + plain +
          "-----END PGP MESSAGE----- \t",
      kBegin + "\r\n" + plain + "-----END PGP MESSAGE-----",
      kBegin + "\r\n" + plain.substr(0, 64) + " \t\r\n" + plain.substr(66) +
          kEnd,
  };
  for (const std::string& text : texts) {
    INFO(text);
    CHECK(defect_of(text) == OpenPgpDefect::kNone);
    CHECK(dearmor(text, 5).octets == kContent);
  }
}

TEST_CASE("what is not armor has a name") {
  const std::string plain = data();
  const std::string padded = "QUJDRA==\r\n";
  struct Case {
    std::string text;
    OpenPgpDefect defect;
  };
  const Case cases[] = {
      {"", OpenPgpDefect::kNoArmor},
      {"\r\n\r\n", OpenPgpDefect::kNoArmor},
      {"Hello\r\n" + kBegin, OpenPgpDefect::kNoArmor},
      {" " + kBegin, OpenPgpDefect::kNoArmor},
      {"-----BEGIN PGP MESSAGE----- Hello\r\n", OpenPgpDefect::kNoArmor},
      {"-----BEGIN PGP MESSAGE-----" + std::string(100, ' ') + "Hello\r\n",
       OpenPgpDefect::kNoArmor},
      {"-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\n" + plain,
       OpenPgpDefect::kWrongArmor},
      {"-----BEGIN PGP SIGNATURE-----\r\n\r\n" + plain,
       OpenPgpDefect::kWrongArmor},
      {kBegin + plain + kEnd, OpenPgpDefect::kNoBlankLine},
      {kBegin + "Comment: x\r\n\r\n" + plain + kEnd,
       OpenPgpDefect::kArmorHeader},
      {kBegin + "\r\n" + plain.substr(0, 66) + "\r\n" + plain.substr(66) + kEnd,
       OpenPgpDefect::kBlankLineInArmor},
      {kBegin + "\r\n" + std::string(1000, 'Q') + "\r\n" + kEnd,
       OpenPgpDefect::kArmorLineTooLong},
      {kBegin + "\r\n" + plain.substr(0, 10) + "." + plain.substr(11) + kEnd,
       OpenPgpDefect::kInvalidBase64},
      {kBegin + "\r\n" + plain.substr(0, 10) + " " + plain.substr(11) + kEnd,
       OpenPgpDefect::kInvalidBase64},
      {kBegin + "\r\n" + plain + "QUJ\r\n" + kEnd,
       OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\nQUJDRB==\r\n" + kEnd, OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\nQUJDREF=\r\n" + kEnd, OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\nQUJDRA=\r\n" + kEnd, OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\nQUJDRA===\r\n" + kEnd, OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\nQ===\r\n" + kEnd, OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\n" + padded + plain + kEnd, OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\nQUJDRA==QUJD\r\n" + kEnd, OpenPgpDefect::kInvalidPadding},
      {kBegin + "\r\n" + plain + "=abc\r\n" + kEnd,
       OpenPgpDefect::kInvalidChecksumLine},
      {kBegin + "\r\n" + plain + "=abcde\r\n" + kEnd,
       OpenPgpDefect::kInvalidChecksumLine},
      {kBegin + "\r\n" + plain + "=" + std::string(200, 'Q') + "\r\n" + kEnd,
       OpenPgpDefect::kInvalidChecksumLine},
      {kBegin + "\r\n" + plain + "=QUJD\r\n" + kEnd,
       OpenPgpDefect::kWrongChecksum},
      {kBegin + "\r\n" + plain, OpenPgpDefect::kNoArmorEnd},
      {kBegin, OpenPgpDefect::kNoArmorEnd},
      {kBegin + "\r\n" + plain + "-----END PGP SIGNATURE-----\r\n",
       OpenPgpDefect::kNoArmorEnd},
      {kBegin + "\r\n" + plain + "- Hello\r\n", OpenPgpDefect::kNoArmorEnd},
      {mime_test::armored(kContent) + "Hello", OpenPgpDefect::kTextAfterArmor},
      {mime_test::armored(kContent) + "\r\n\r\n" + mime_test::armored(kContent),
       OpenPgpDefect::kTextAfterArmor},
      {mime_test::armored(kContent) + std::string(5000, ' '),
       OpenPgpDefect::kTooMuchWhiteSpace},
      {std::string(2000, '\n') + std::string(3000, ' '),
       OpenPgpDefect::kTooMuchWhiteSpace},
      {kBegin + "\r" + plain, OpenPgpDefect::kBareCr},
      {kBegin + "\r\n" + plain.substr(0, 10) + "\r" + plain.substr(10),
       OpenPgpDefect::kBareCr},
  };
  for (const Case& row : cases) {
    INFO(row.text);
    CHECK(to_string(defect_of(row.text)) == to_string(row.defect));
  }
}

// The octets in lines of these lengths, the rest in one more.
std::string broken(const Octets& octets, std::vector<std::size_t> lengths) {
  const std::string characters = mime_test::base64(octets, {998, "", false});
  std::string text = kBegin + "\r\n";
  std::size_t at = 0;
  for (const std::size_t length : lengths) {
    text += characters.substr(at, length) + "\r\n";
    at += length;
  }
  return text + characters.substr(at) + "\r\n" + kEnd;
}

TEST_CASE("lines are as long as the first, but for the last one") {
  const Octets octets = mime_test::random_octets(225, 4);  // 300 characters
  struct Case {
    std::vector<std::size_t> lengths;
    OpenPgpDefect defect;
  };
  using enum OpenPgpDefect;
  const Case cases[] = {
      {{64, 64, 64, 64}, kNone},
      {{64, 64, 64, 64, 43}, kUnevenArmorLines},
      {{100, 100}, kNone},
      {{60, 60, 60, 60}, kNone},
      {{299}, kNone},
      {{150, 149}, kUnevenArmorLines},
      {{149}, kUnevenArmorLines},
      {{64, 64, 65, 64}, kUnevenArmorLines},
      {{64, 64, 63, 64}, kUnevenArmorLines},
      {{64, 68, 64, 64}, kUnevenArmorLines},
      {{64, 60, 64, 64}, kUnevenArmorLines},
      {{64, 128, 64}, kUnevenArmorLines},
      {{60, 64, 64, 64}, kUnevenArmorLines},
      {{68, 64, 64, 64}, kUnevenArmorLines},
      {{33, 33, 33, 33, 33, 33, 33, 33, 33}, kNone},
      {{31, 31, 31, 31, 31, 31, 31, 31, 31}, kUnevenArmorLines},
      {{28}, kUnevenArmorLines},
      {{}, kNone},
  };
  for (const Case& row : cases) {
    const std::string text = broken(octets, row.lengths);
    INFO(text);
    CHECK(to_string(defect_of(text)) == to_string(row.defect));
  }
}

TEST_CASE("a checksum is of all octets before it") {
  std::string text = mime_test::armored(kContent);
  const std::size_t place = text.find("\r\n\r\n") + 4;
  for (std::size_t i = 0; i < 40; ++i) {
    std::string changed = text;
    changed[place + i] = changed[place + i] == 'A' ? 'B' : 'A';
    CHECK(dearmor(changed, 50).defect == OpenPgpDefect::kWrongChecksum);
  }
}

}  // namespace
