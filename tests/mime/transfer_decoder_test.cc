#include "mime/transfer_decoder.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using mime::Defect;
using mime::DefectSet;
using mime::TransferDecoder;
using mime::TransferEncoding;

class Decoded : public mime::Sink {
 public:
  void decoded(std::string_view octets) override {
    text += octets;
    last = octets.data();
  }
  std::string text;
  const char* last = nullptr;
};

// What was decoded, and "!" behind it when there was a defect.
std::string decode(TransferEncoding encoding,
                   const std::vector<std::string>& pieces) {
  Decoded sink;
  TransferDecoder decoder(encoding);
  for (const std::string& piece : pieces) decoder.write(piece, sink);
  DefectSet defects;
  decoder.finish(sink, defects);
  return sink.text + (defects.empty() ? "" : "!");
}

struct Row {
  std::string encoded;
  std::string expected;
};

void check(TransferEncoding encoding, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.encoded);
    CHECK(decode(encoding, {row.encoded}) == row.expected);
    std::vector<std::string> octets;
    for (const char c : row.encoded) octets.emplace_back(1, c);
    CHECK(decode(encoding, octets) == row.expected);
    for (std::size_t split = 0; split <= row.encoded.size(); ++split) {
      CAPTURE(split);
      CHECK(decode(encoding, {row.encoded.substr(0, split),
                              row.encoded.substr(split)}) == row.expected);
    }
  }
}

TEST_CASE("Bodies that are not encoded are passed on without a copy") {
  const std::string octets = "=41 QUJD\r\n";
  for (const auto encoding :
       {TransferEncoding::k7bit, TransferEncoding::k8bit,
        TransferEncoding::kBinary, TransferEncoding::kUnknown}) {
    Decoded sink;
    TransferDecoder decoder(encoding);
    decoder.write(octets, sink);
    CHECK(sink.text == octets);
    CHECK(sink.last == octets.data());
  }
}

TEST_CASE("Base64 is decoded, and what does not belong is a defect") {
  std::string long_lines;
  std::string long_text;
  for (int i = 0; i < 40; ++i) {
    for (int k = 0; k < 19; ++k) long_lines += "QUJD";
    for (int k = 0; k < 19; ++k) long_text += "ABC";
    long_lines += i == 20 ? "QUJD\r\n" : "\r\n";
    if (i == 20) long_text += "ABC";
  }
  check(TransferEncoding::kBase64, {
                                       {"", ""},
                                       {"QUJD", "ABC"},
                                       {"QUJD\r\nREVG\r\n", "ABCDEF"},
                                       {"QU\r\nJDRE \t\r\nVG", "ABCDEF"},
                                       {"QU\r\nJD RE\tVG", "ABCDEF!"},
                                       {" QUJD", "ABC!"},
                                       {"QUI=", "AB"},
                                       {"QQ==\r\n", "A"},
                                       {"QQ=\r\n=", "A"},
                                       {"QQ", "A!"},
                                       {"QUI", "AB!"},
                                       {"Q", "!"},
                                       {"QQ=", "A!"},
                                       {"=", "!"},
                                       {"Q===", "!"},
                                       {"QUJD=", "ABC!"},
                                       {"QUI==", "AB!"},
                                       {"QUI=REVG", "AB!"},
                                       {"QQ==QQ==", "A!"},
                                       {"QU*JD", "ABC!"},
                                       {"QUJD\r\n-- \r\n", "ABC!"},
                                       {"-_==", "!"},
                                       {long_lines, long_text},
                                   });
}

TEST_CASE("Quoted-printable is decoded, and what does not belong is a defect") {
  check(TransferEncoding::kQuotedPrintable, {
                                                {"", ""},
                                                {"a b\r\nc", "a b\r\nc"},
                                                {"a=3Db=C3=A4", "a=b\xc3\xa4"},
                                                {"a=\r\nb", "ab"},
                                                {"a= \t\r\nb", "ab"},
                                                {"a=\nb", "ab"},
                                                {"a \t\r\nb ", "a\r\nb"},
                                                {"a=20\r\nb", "a \r\nb"},
                                                {"a\tb", "a\tb"},
                                                {"a=3db", "a=b!"},
                                                {"a=3", "a=3!"},
                                                {"a=", "a!"},
                                                {"a= ", "a!"},
                                                {"a=XYb", "a=XYb!"},
                                                {"a=4Xb", "a=4Xb!"},
                                                {"a= b", "a= b!"},
                                                {"a==41", "a=A!"},
                                                {"a=4=41", "a=4A!"},
                                                {"a=\rb", "a=\rb!"},
                                                {"\xc3\xa4", "\xc3\xa4!"},
                                                {"a\x01", "a\x01!"},
                                            });
}

TEST_CASE("Long runs of blanks in quoted-printable lose nothing") {
  const std::string blanks(5000, ' ');
  CHECK(decode(TransferEncoding::kQuotedPrintable, {"a" + blanks + "b"}) ==
        "a" + blanks + "b!");
}

}  // namespace
