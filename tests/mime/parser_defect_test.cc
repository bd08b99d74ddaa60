// What the parser makes of input that a reader could take differently: each
// defect by its name, and the reading that goes with it.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "mime/parser.h"
#include "tests/mime/parse_whole.h"

namespace {

using mime::trace_of;
using mime::trace_of_split;

struct Row {
  std::string name;
  std::string message;
  std::string trace;
};

void check(const std::vector<Row>& rows, const mime::Limits& limits = {}) {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(trace_of(row.message, 0, limits) == row.trace);
    CHECK(trace_of(row.message, 1, limits) == row.trace);
    for (std::size_t split = 1; split < row.message.size(); ++split) {
      CAPTURE(split);
      CHECK(trace_of_split(row.message, split, limits) == row.trace);
    }
  }
}

std::string octets(const char* text, std::size_t size) { return {text, size}; }

const std::string kText = "0 begin 0 text/plain 7bit\n";
const std::string kMixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
const std::string kMixedTrace =
    "0 field Content-Type: multipart/mixed; boundary=b\n"
    "0 begin 0 multipart/mixed 7bit multipart\n";

TEST_CASE("Odd octets in a header section are defects of it") {
  check({
      {"bare LF ends a line", "A: b\nC: d\n e\n\nx",
       "0 field A: b\n0 field C: d\\r\\n e\n0 defect bare-lf\n" + kText +
           "0 body x\n0 end\n"},
      {"bare LF at the last field", "A: b\r\nC: d\n",
       "0 field A: b\n0 field C: d\n0 defect bare-lf\n" + kText + "0 end\n"},
      {"bare CR", "A: b\rC: d\r\n\r\n",
       "0 defect control-character-in-header\n0 field A: b\\rC: d\n" + kText +
           "0 end\n"},
      {"CR in front of CRLF", "A: b\r\r\n\r\n",
       "0 defect control-character-in-header\n0 field A: b\\r\n" + kText +
           "0 end\n"},
      {"NUL", octets("A: b\0c\r\n\r\n", 10),
       "0 defect control-character-in-header\n0 field A: b\\x00c\n" + kText +
           "0 end\n"},
      {"not UTF-8", "A: \xfc\r\n\r\n",
       "0 defect invalid-utf8-in-header\n0 field A: \\xfc\n" + kText +
           "0 end\n"},
      {"a blank in front of the colon", "Subject : b\r\n\r\n",
       "0 defect invalid-field-name\n0 field Subject : b\n" + kText +
           "0 end\n"},
  });
}

TEST_CASE("A line that is no header field ends the header section") {
  const std::string defect = "0 defect unterminated-header-section\n";
  check({
      {"no colon", "A: b\r\nhello\r\nC: d\r\n",
       "0 field A: b\n" + defect + kText +
           "0 body hello\\r\\nC: d\\r\\n\n0 end\n"},
      {"a blank in the name", "A b: c\r\n",
       defect + kText + "0 body A b: c\\r\\n\n0 end\n"},
      {"no name", ": c\r\n", defect + kText + "0 body : c\\r\\n\n0 end\n"},
      {"a folding that folds nothing", " a: b\r\n",
       defect + kText + "0 body  a: b\\r\\n\n0 end\n"},
      {"a name that is not ASCII", "\xc3\xa4: b\r\n",
       defect + kText +
           "0 body \\xc3\\xa4: b\\r\\n\n"
           "0 defect 8bit-in-7bit\n0 end\n"},
      {"the input ends in a name", "A: b\r\nhello",
       "0 field A: b\n" + defect + kText + "0 body hello\n0 end\n"},
      {"a part without an empty line", kMixed + "--b\r\nhello\r\n--b--\r\n",
       kMixedTrace + "1 defect unterminated-header-section\n"
                     "1 begin 0 text/plain 7bit\n1 body hello\n1 end\n0 end\n"},
      {"a boundary inside a part's header section",
       kMixed + "--b\r\nA: b\r\n--b--\r\n",
       kMixedTrace + "1 field A: b\n1 defect unterminated-header-section\n"
                     "1 begin 0 text/plain 7bit\n1 end\n0 end\n"},
      {"a boundary right behind a boundary", kMixed + "--b\r\n--b--\n",
       kMixedTrace + "1 defect unterminated-header-section\n1 defect bare-lf\n"
                     "1 begin 0 text/plain 7bit\n1 end\n0 end\n"},
      {"the line is the first boundary of the multipart that it declares",
       "Content-Type: multipart/mixed; boundary=b\r\n--b\r\n\r\nx\r\n--b--",
       "0 field Content-Type: multipart/mixed; boundary=b\n" + defect +
           "0 begin 0 multipart/mixed 7bit multipart\n"
           "1 begin 0 text/plain 7bit\n1 body x\n1 end\n0 end\n"},
  });
}

TEST_CASE("Odd octets in a body are defects of the entity they stand in") {
  const std::string part = "1 begin 0 text/plain 7bit\n";
  const std::string eight = "Content-Transfer-Encoding: 8bit\r\n\r\n\xc3\xa4";
  check({
      {"bare LF ends a line, in part and multipart",
       kMixed + "--b\r\n\r\nx\n--b--\n",
       kMixedTrace + part +
           "1 body x\n1 defect bare-lf\n1 end\n0 defect bare-lf\n0 end\n"},
      {"bare LF in the header section of a part is told once there",
       kMixed + "--b\r\n\nx\n--b--\r\n",
       kMixedTrace + "1 defect bare-lf\n" + part + "1 body x\n1 end\n0 end\n"},
      {"bare CR ends no line", kMixed + "--b\r\n\r\nx\r--b--\r\n--b--\r\n",
       kMixedTrace + part +
           "1 body x\\r--b--\n1 defect bare-cr\n1 end\n"
           "0 end\n"},
      {"bare CR at the very end", "\r\nx\r",
       kText + "0 body x\\r\n0 defect bare-cr\n0 end\n"},
      {"CR CR LF", "\r\nx\r\r\n",
       kText + "0 body x\\r\\r\\n\n0 defect bare-cr\n0 end\n"},
      {"NUL", "\r\nx" + octets("\0", 1),
       kText + "0 body x\\x00\n0 defect nul\n0 end\n"},
      {"8-bit octets where 7bit was declared", "\r\n\xc3\xa4",
       kText + "0 body \\xc3\\xa4\n0 defect 8bit-in-7bit\n0 end\n"},
      {"8-bit octets where 8bit was declared", eight,
       "0 field Content-Transfer-Encoding: 8bit\n"
       "0 begin 0 text/plain 8bit\n0 body \\xc3\\xa4\n0 end\n"},
      {"in preamble and epilogue",
       kMixed + "\xc3\r\n--b\r\n\r\n--b--\r\n" + octets("\0", 1),
       kMixedTrace + "0 preamble \\xc3\\r\\n\n" + part +
           "1 end\n0 epilogue \\x00\n0 defect nul\n"
           "0 defect 8bit-in-7bit\n0 end\n"},
  });
}

TEST_CASE("A line above the limit is a defect, to the octet") {
  mime::Limits limits;
  limits.line_octets = 5;
  const std::string too_long = "0 defect line-too-long\n0 end\n";
  check(
      {
          {"at the limit", "\r\n12345\r\n1\r\n12345",
           kText + "0 body 12345\\r\\n1\\r\\n12345\n0 end\n"},
          {"above it", "\r\n123456\r\n",
           kText + "0 body 123456\\r\\n\n" + too_long},
          {"above it at the end", "\r\n1\r\n123456",
           kText + "0 body 1\\r\\n123456\n" + too_long},
      },
      limits);
}

TEST_CASE("What a header section declares wrongly is a defect of it") {
  const std::string encoding = "Content-Transfer-Encoding: ";
  const std::string mixed = "Content-Type: multipart/mixed; boundary=b\r\n";
  check({
      {"no transfer encoding of RFC 2045", encoding + "x-uuencode\r\n\r\nx",
       "0 defect unknown-transfer-encoding\n"
       "0 field Content-Transfer-Encoding: x-uuencode\n"
       "0 begin 0 text/plain unknown\n0 body x\n0 end\n"},
      {"words behind the transfer encoding", encoding + "7bit x\r\n\r\n",
       "0 defect unknown-transfer-encoding\n"
       "0 field Content-Transfer-Encoding: 7bit x\n"
       "0 begin 0 text/plain unknown\n0 end\n"},
      {"an encoded multipart", mixed + encoding + "base64\r\n\r\n--b--",
       "0 field Content-Type: multipart/mixed; boundary=b\n"
       "0 field Content-Transfer-Encoding: base64\n"
       "0 defect encoded-multipart\n"
       "0 begin 0 multipart/mixed base64 multipart\n"
       "0 defect missing-boundary\n0 end\n"},
      {"a Content-Type without subtype", "Content-Type: text\r\n\r\n",
       "0 defect invalid-content-type\n0 field Content-Type: text\n" + kText +
           "0 end\n"},
      {"a multipart without boundary is a leaf",
       "Content-Type: multipart/mixed\r\n\r\n--b\r\n",
       "0 defect invalid-boundary\n0 field Content-Type: multipart/mixed\n" +
           kText + "0 body --b\\r\\n\n0 end\n"},
      {"of two Content-Types the first counts",
       "Content-Type: text/html\r\nContent-Type: text/x\r\n\r\n",
       "0 field Content-Type: text/html\n0 defect repeated-field\n"
       "0 field Content-Type: text/x\n0 begin 0 text/html 7bit\n0 end\n"},
  });
}

TEST_CASE("A field that may stand once is a defect the second time") {
  for (const std::string name : {"From",
                                 "Sender",
                                 "Reply-To",
                                 "To",
                                 "Cc",
                                 "Bcc",
                                 "Message-ID",
                                 "In-Reply-To",
                                 "References",
                                 "Subject",
                                 "Date",
                                 "MIME-Version",
                                 "Content-Type",
                                 "Content-Transfer-Encoding",
                                 "Content-Disposition",
                                 "Content-ID",
                                 "Content-Description",
                                 "Autocrypt-Setup-Message",
                                 "Secure-Join",
                                 "Secure-Join-Auth",
                                 "Secure-Join-Fingerprint",
                                 "Secure-Join-Group",
                                 "Secure-Join-Invitenumber",
                                 "Chat-Version",
                                 "sUBJECT",
                                 "Date "}) {
    CAPTURE(name);
    const std::string fields = name + ": 7bit\r\n" + name + ": 7bit\r\n\r\n";
    CHECK(trace_of(fields).find("0 defect repeated-field\n") !=
          std::string::npos);
    CHECK(trace_of(kMixed + "--b\r\n" + fields + "--b--")
              .find("1 defect repeated-field\n") != std::string::npos);
  }
  for (const std::string name : {"Received", "X-A", "Autocrypt", "Subjects"}) {
    CAPTURE(name);
    const std::string fields = name + ": a\r\n" + name + ": a\r\n\r\n";
    CHECK(trace_of(fields).find("defect") == std::string::npos);
  }
}

TEST_CASE("A field of a part does not repeat one of the message") {
  CHECK(trace_of("Message-ID: <a>\r\n" + kMixed +
                 "--b\r\nMessage-ID: <a>\r\n\r\n--b\r\n"
                 "Message-ID: <a>\r\n\r\n--b--")
            .find("defect") == std::string::npos);
}

}  // namespace
