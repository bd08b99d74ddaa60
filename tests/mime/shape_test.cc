// Tests mime/shape.h: one valid message of each shape, one thing broken.

#include "mime/shape.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "mime/parser.h"

namespace {

std::string corpus_file(const std::string& name) {
  std::ifstream file(CHATMILTER_SOURCE_DIR "/corpus/" + name, std::ios::binary);
  REQUIRE(file);
  std::ostringstream octets;
  octets << file.rdbuf();
  return octets.str();
}

mime::ShapeResult shape_of(const std::string& message,
                           const mime::ShapeOptions& options,
                           std::size_t chunk_octets) {
  mime::ShapeRecogniser recogniser(options);
  mime::Parser parser(recogniser);
  for (std::size_t at = 0; at < message.size(); at += chunk_octets) {
    parser.write(std::string_view(message).substr(at, chunk_octets));
  }
  parser.end();
  return recogniser.finish();
}

// What it is, or "cleartext: WHY"; the same at every chunk size.
std::string told(const std::string& message,
                 const mime::ShapeOptions& options = {}) {
  std::string first;
  for (std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{13},
                            std::size_t{64}, message.size() + 1}) {
    const mime::ShapeResult result = shape_of(message, options, chunk);
    std::string word(to_string(result.shape));
    if (!result.defect.empty()) word += ": " + result.defect;
    if (first.empty()) first = word;
    CHECK(word == first);
  }
  return first;
}

std::string replaced(std::string text, const std::string& from,
                     const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

struct Row {
  const char* name;
  const char* from;
  const char* to;
  const char* own;      // what an own client's message is then
  const char* foreign;  // what a foreign client's message is then
};

// As Delta Chat core 1.160 writes it: all the fields that a part may have.
const char kBase[] = "encrypted/real-core160-mdn.eml";

TEST_CASE("text anywhere around the ciphertext is told by its place") {
  const std::string base = corpus_file(kBase);
  const std::string boundary =
      "--18eab09d6f39ef78_e3a558f870653356_2ab58fb2aba6dd7e";
  const std::string first = "\r\n\r\n\r\n" + boundary;
  const std::string stock =
      "\r\n\r\nThis is a multi-part message in MIME format.\r\n" + boundary;
  const std::string text = "\r\n\r\nSee you at noon\r\n" + boundary;
  const std::string last = boundary + "--";
  const std::string epilogue = last + "\r\nSee you at noon";
  const std::string third = boundary + "\r\n\r\nSee you\r\n" + last;
  const Row rows[] = {
      {"nothing", "\r\n\r\nVersion: 1\r\n", "\r\n\r\nVersion: 1\r\n",
       "encrypted", "encrypted"},
      {"stock preamble", first.c_str(), stock.c_str(), "cleartext: preamble",
       "encrypted"},
      {"preamble", first.c_str(), text.c_str(), "cleartext: preamble",
       "cleartext: preamble"},
      {"epilogue", last.c_str(), epilogue.c_str(), "cleartext: epilogue",
       "cleartext: epilogue"},
      {"third part", last.c_str(), third.c_str(), "cleartext: part-count",
       "cleartext: part-count"},
      {"a sentence for a boundary", "boundary=\"", "boundary=\"see you ",
       "cleartext: boundary-text", "cleartext: preamble"},
      {"no protocol", "; protocol=\"application/pgp-encrypted\"", "",
       "cleartext: protocol", "cleartext: protocol"},
      {"other protocol", "application/pgp-encrypted\"", "text/plain\"",
       "cleartext: protocol", "cleartext: protocol"},
      {"text in the first part", "\r\n\r\nVersion: 1\r\n",
       "\r\n\r\nSee you at noon\r\n", "cleartext: version-part",
       "cleartext: version-part"},
      {"text behind the version", "\r\n\r\nVersion: 1\r\n",
       "\r\n\r\nVersion: 1\r\nSee you\r\n", "cleartext: version-part",
       "cleartext: version-part"},
      {"another version", "\r\n\r\nVersion: 1\r\n", "\r\n\r\nVersion: 2\r\n",
       "cleartext: version-part", "cleartext: version-part"},
      {"description", "OpenPGP encrypted message", "See you at noon",
       "cleartext: part-header-text", "cleartext: part-header-text"},
      {"file name", "filename=\"encrypted.asc\"", "filename=\"See you.asc\"",
       "cleartext: part-header-text", "cleartext: part-header-text"},
      {"name", "name=\"encrypted.asc\"", "name=\"See you.asc\"",
       "cleartext: content-type-parameter",
       "cleartext: content-type-parameter"},
      {"charset", "charset=\"utf-8\"", "charset=\"See you\"",
       "cleartext: content-type-parameter",
       "cleartext: content-type-parameter"},
      {"a field of its own", "Content-Description: PGP", "X-Text: PGP",
       "cleartext: part-header-text", "cleartext: part-header-text"},
      {"a comment", "octet-stream;", "octet-stream (see you);",
       "cleartext: part-header-text", "cleartext: part-header-text"},
      {"other type of the second part", "application/octet-stream",
       "text/plain", "cleartext: part-type", "cleartext: part-type"},
      {"other type of the message", "multipart/encrypted", "multipart/mixed",
       "cleartext: multipart-mixed", "cleartext: multipart-mixed"},
  };
  mime::ShapeOptions foreign;
  foreign.foreign_clients = true;
  foreign.openpgp.armor_headers = true;
  for (const Row& row : rows) {
    INFO(row.name);
    const std::string message = replaced(base, row.from, row.to);
    CHECK(told(message) == row.own);
    CHECK(told(message, foreign) == row.foreign);
  }
}

TEST_CASE("only the first part, or no final boundary, is not encrypted") {
  const std::string base = corpus_file(kBase);
  const std::size_t second = base.rfind("\r\n--", base.find("octet-stream"));
  CHECK(told(base.substr(0, second) +
             "\r\n--18eab09d6f39ef78_e3a558f870653356_2ab58fb2aba6dd7e--\r\n")
            .substr(0, 9) == "cleartext");
  const std::size_t last = base.rfind("--18eab");
  CHECK(told(base.substr(0, last)).substr(0, 9) == "cleartext");
}

TEST_CASE("no prefix of an encrypted message is encrypted") {
  const std::string base = corpus_file(kBase);
  const std::size_t last = base.rfind("--");
  for (std::size_t size = 0; size < last; size += 7) {
    INFO(size);
    const mime::ShapeResult result =
        shape_of(base.substr(0, size), {}, base.size());
    CHECK(result.shape == mime::Shape::kCleartext);
  }
}

const char kSecureJoin[] =
    "From: <a@b.example>\r\nMessage-ID: <1@b.example>\r\n"
    "Secure-Join: vc-request\r\n"
    "Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n\r\n"
    "--x\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n"
    "Message-ID: <1@b.example>\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    "Secure-Join: vc-request\r\n--x--\r\n\r\n";

TEST_CASE("a Secure-Join request has exactly one form") {
  const struct {
    const char* from;
    const char* to;
    const char* wanted;
  } rows[] = {
      {"--x--", "--x--", "secure-join"},
      {"Secure-Join: vc-request\r\n--x", "secure-join: vc-request\r\n--x",
       "secure-join"},
      {"Secure-Join: vc-request\r\nC", "Secure-Join: vg-request\r\nC",
       "cleartext: secure-join-text"},
      {"Secure-Join: vc-request\r\nC", "Secure-Join: other\r\nC",
       "cleartext: secure-join-step"},
      {"Secure-Join: vc-request\r\nC", "C", "cleartext: multipart-mixed"},
      {"Secure-Join: vc-request\r\n--x", "See you\r\n--x",
       "cleartext: secure-join-text"},
      {"Secure-Join: vc-request\r\n--x",
       "Secure-Join: vc-request\r\nSee you\r\n--x",
       "cleartext: secure-join-text"},
      {"--x--", "--x\r\n\r\nSee you\r\n--x--", "cleartext: part-count"},
      {"--x--\r\n", "--x--\r\nSee you\r\n", "cleartext: epilogue"},
      {"\r\n\r\n\r\n--x", "\r\n\r\nSee you\r\n--x", "cleartext: preamble"},
      {"text/plain", "text/html", "cleartext: part-type"},
      {"Message-ID: <1@b.example>\r\nContent-T", "X-Text: See\r\nContent-T",
       "cleartext: part-header-text"},
      {"Message-ID: <1@b.example>\r\nContent-T",
       "Message-ID: <2@b.example>\r\nContent-T", "cleartext: part-header-text"},
      {"Message-ID: <1@b.example>\r\nContent-T",
       "Content-ID: <6b04_51fc-1f2@b.example>\r\nContent-T", "secure-join"},
      {"Message-ID: <1@b.example>\r\nContent-T",
       "Content-ID: <6b04@meet.example>\r\nContent-T",
       "cleartext: part-header-text"},
      {"Message-ID: <1@b.example>\r\nContent-T",
       "Content-ID: <meet-me@b.example>\r\nContent-T",
       "cleartext: part-header-text"},
      {"Message-ID: <1@b.example>\r\nContent-T",
       "Content-ID: see 6b04@b.example>\r\nContent-T",
       "cleartext: part-header-text"},
      {"Message-ID: <1@b.example>\r\nContent-T",
       "Content-ID: <@b.example>\r\nContent-T", "cleartext: part-header-text"},
  };
  for (const auto& row : rows) {
    INFO(row.to);
    CHECK(told(replaced(kSecureJoin, row.from, row.to)) == row.wanted);
  }
}

TEST_CASE("a bounce tells how much of it is text") {
  const std::string message =
      "Content-Type: multipart/report; report-type=delivery-status;"
      " boundary=r\r\n\r\n"
      "--r\r\n\r\nNo such user.\r\n"
      "--r\r\nContent-Type: message/delivery-status\r\n\r\n"
      "Reporting-MTA: dns; a.example\r\nX-Queue-ID: 123\r\n\r\n"
      "Final-Recipient: rfc822; a@a.example\r\nAction: failed\r\n"
      "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no\r\n such user\r\n\r\n"
      "--r\r\nContent-Type: text/rfc822-headers\r\n\r\n"
      "Subject: x\r\nFrom: <b@b.example>\r\n\r\n--r--\r\n";
  for (const std::size_t chunk : {1U, 3U, 4096U}) {
    const mime::ShapeResult result = shape_of(message, {}, chunk);
    REQUIRE(result.shape == mime::Shape::kBounce);
    // "No such user." and "X-Queue-ID: 123"
    CHECK(result.bounce.text_octets == 13 + 15);
    CHECK(result.bounce.longest_diagnostic == 22);
    REQUIRE(result.bounce.returned_fields.size() == 2);
    CHECK(result.bounce.returned_fields[1].first == "From");
    CHECK(result.bounce.returned_fields[1].second == " <b@b.example>");
  }
}

TEST_CASE("the text of a bounce may be a tree, and all of it counts") {
  const std::string head =
      "Content-Type: multipart/report; report-type=delivery-status;"
      " boundary=r\r\n\r\n--r\r\n";
  const std::string status =
      "Reporting-MTA: dns; a.example\r\n\r\nFinal-Recipient: rfc822; a@a.b\r\n"
      "Action: failed\r\nStatus: 5.1.1";
  const std::string next = "\r\n--r\r\nContent-Type: message/delivery-status";
  const std::string last = "\r\n--r--\r\n";
  const std::string tree =
      "Content-Type: multipart/related; boundary=s\r\n\r\n--s\r\n"
      "Content-Type: multipart/alternative; boundary=t\r\n\r\n"
      "--t\r\n\r\nNo.\r\n--t\r\nContent-Type: text/html\r\n\r\n<p>No.\r\n"
      "--t--\r\n--s\r\nContent-Type: image/png; name=x\r\n"
      "Content-Transfer-Encoding: base64\r\nContent-ID: <x>\r\n\r\n"
      "QUJD\r\n--s--";
  const std::string encoded =
      "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
  std::string printable = status;
  printable.replace(printable.find(' '), 1, "=20=\r\n");
  for (const std::size_t chunk : {1U, 3U, 4096U}) {
    const mime::ShapeResult result =
        shape_of(head + tree + next + encoded + printable + last, {}, chunk);
    REQUIRE(result.shape == mime::Shape::kBounce);
    // boundary=s, boundary=t, the two texts, name=x, Content-ID, the picture
    CHECK(result.bounce.text_octets == 9 + 9 + 3 + 6 + 5 + 14 + 4);
    CHECK(result.bounce.status_octets == status.size());
    CHECK(told(head + replaced(tree, "image/png", "image/svg+xml") + next +
               "\r\n\r\n" + status + last) == "cleartext: part-type");
    CHECK(told(head +
               replaced(tree, "related; boundary=s",
                        "related; boundary=s" + encoded.substr(0, 45)) +
               next + "\r\n\r\n" + status + last) ==
          "cleartext: encoded-multipart");
  }
}

TEST_CASE("a returned message counts as text unless it is encrypted") {
  const std::string head =
      "Content-Type: multipart/report; report-type=delivery-status;"
      " boundary=r\r\n\r\n--r\r\n\r\nNo.\r\n"
      "--r\r\nContent-Type: message/delivery-status\r\n\r\n"
      "Reporting-MTA: dns; a.example\r\n\r\n"
      "Final-Recipient: rfc822; a@a.example\r\nAction: failed\r\n"
      "Status: 5.1.1\r\n\r\n--r\r\nContent-Type: message/rfc822\r\n\r\n";
  const std::string tail = "\r\n--r--\r\n";
  const mime::ShapeResult silent =
      shape_of(head + corpus_file(kBase) + tail, {}, 100);
  REQUIRE(silent.shape == mime::Shape::kBounce);
  CHECK(silent.bounce.text_octets == 3);
  const mime::ShapeResult readable =
      shape_of(head + "Subject: x\r\n\r\nSee you at noon" + tail, {}, 100);
  REQUIRE(readable.shape == mime::Shape::kBounce);
  CHECK(readable.bounce.text_octets == 3 + 15);
}

TEST_CASE("nothing in a returned message or in part headers goes uncounted") {
  const std::string head =
      "Content-Type: multipart/report; report-type=delivery-status;"
      " boundary=r\r\n\r\n--r\r\n";
  const std::string status =
      "\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\n"
      "Reporting-MTA: dns; a.example\r\n\r\n"
      "Final-Recipient: rfc822; a@a.example\r\nAction: failed\r\n"
      "Status: 5.1.1\r\n\r\n--r\r\nContent-Type: message/rfc822\r\n\r\n";
  const std::string tail = "\r\n--r--\r\n";
  const std::string base = corpus_file(kBase);
  const auto text_of = [&](const std::string& first,
                           const std::string& returned) {
    const mime::ShapeResult result =
        shape_of(head + first + status + returned + tail, {}, 1000);
    return result.shape == mime::Shape::kBounce ? result.bounce.text_octets
                                                : std::size_t{999999};
  };
  CHECK(text_of("\r\nNo.", base) == 3);
  // The name of a field, its body, a parameter.
  CHECK(text_of("See-you-at-noon:\r\n\r\nNo.", base) == 3 + 15);
  CHECK(text_of("X: See you\r\n\r\nNo.", base) == 3 + 9);
  CHECK(text_of("Content-Type: text/plain; see=you\r\n\r\nNo.", base) == 3 + 6);
  CHECK(text_of("Content-Type: text/see-you-at-noon\r\n\r\nNo.", base) ==
        999999);
  // Part headers of a returned multipart without a body.
  const std::string hollow =
      "Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n"
      "X: " +
      std::string(500, 'x') + "\r\n\r\n--q--\r\n";
  CHECK(text_of("\r\nNo.", hollow) > 500);
  // A field that is too long to be told.
  CHECK(text_of("\r\nNo.", "X: " + std::string(200000, 'x') + "\r\n" + base) ==
        999999);
}

TEST_CASE("cleartext is certain as soon as the header section says so") {
  const struct {
    const char* content_type;
    const char* cause;
  } rows[] = {
      {"multipart/encrypted; protocol=\"application/pgp-encrypted\"; "
       "boundary=x",
       ""},
      {"multipart/encrypted; boundary=x", "protocol"},
      {"multipart/encrypted; protocol=\"application/pgp-encrypted\"; "
       "boundary=\"a b\"",
       "boundary-text"},
      {"multipart/report; report-type=delivery-status; boundary=x", ""},
      {"multipart/report; boundary=x", "report-type"},
      {"multipart/mixed; boundary=x", "multipart-mixed"},
      {"multipart/alternative; boundary=x", "other-multipart"},
      {"text/plain", "text-plain"},
      {"text/html", "text-html"},
      {"application/pkcs7-mime", "other-type"},
      {nullptr, "text-plain"},  // RFC 2045 5.2
  };
  for (const auto& row : rows) {
    INFO((row.content_type != nullptr ? row.content_type : "none"));
    mime::ShapeRecogniser recogniser{mime::ShapeOptions{}};
    mime::Parser parser(recogniser);
    if (row.content_type != nullptr) {
      parser.header_field("Content-Type", row.content_type);
    }
    CHECK(recogniser.cleartext_cause().empty());
    parser.end_of_header();
    CHECK(recogniser.cleartext_cause() == row.cause);
    CHECK(recogniser.cleartext_is_certain() == (*row.cause != '\0'));
    parser.end();
    CHECK_FALSE(recogniser.finish().defect.empty());
  }
}

TEST_CASE("a setup message where none is wanted is told by its name") {
  mime::ShapeRecogniser recogniser{mime::ShapeOptions{}};
  mime::Parser parser(recogniser);
  parser.header_field("Autocrypt-Setup-Message", " v1");
  parser.header_field("Content-Type", " multipart/mixed; boundary=x");
  parser.end_of_header();
  CHECK(recogniser.cleartext_cause() == "autocrypt-setup-message");
}

}  // namespace
