#include "mime/encoded_lines.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using mime::TransferEncoding;

constexpr auto kBase64 = TransferEncoding::kBase64;
constexpr auto kPrintable = TransferEncoding::kQuotedPrintable;

std::string defect(TransferEncoding encoding,
                   const std::vector<std::string_view>& pieces) {
  mime::EncodedLines lines(encoding);
  for (const std::string_view piece : pieces) lines.write(piece);
  lines.finish();
  return std::string(lines.defect());
}

// So many characters of base64, and what is behind them.
std::string line(std::size_t length, const char* end = "\r\n") {
  return std::string(length, 'Q') + end;
}

std::string blanks(std::size_t count) { return std::string(count, ' '); }

struct Row {
  const char* what;
  TransferEncoding encoding;
  std::string body;
  const char* defect;
};

std::vector<Row> base64_rows() {
  const std::string lines = line(76) + line(76);
  return {
      {"nothing", kBase64, "", ""},
      {"one line", kBase64, line(12), ""},
      {"one line without an end", kBase64, line(12, ""), ""},
      {"one long line", kBase64, line(900), ""},
      {"even lines", kBase64, lines, ""},
      {"a short last line", kBase64, lines + line(4), ""},
      {"and without its end", kBase64, lines + line(4, ""), ""},
      {"bare line feeds", kBase64, line(64, "\n") + line(4, "\n"), ""},
      {"blank lines around", kBase64, "\r\n" + lines + "\r\n \r\n", ""},
      {"blanks behind lines", kBase64, line(76, " \t\r\n") + line(76), ""},
      {"a long line and another", kBase64, line(80) + line(80),
       "uneven-base64-lines"},
      {"a longer line", kBase64, line(72) + line(76), "uneven-base64-lines"},
      {"a shorter line", kBase64, line(76) + line(72) + line(72),
       "uneven-base64-lines"},
      {"a blank line between", kBase64, lines + "\r\n" + lines,
       "uneven-base64-lines"},
      {"lines of a few characters", kBase64, line(20) + line(20),
       "uneven-base64-lines"},
      {"few blanks", kBase64, line(76, (blanks(4000) + "\r\n").c_str()), ""},
      {"many blanks", kBase64,
       line(76, (blanks(2050) + "\r\n").c_str()) +
           line(76, (blanks(2050) + "\r\n").c_str()),
       "encoded-white-space"},
  };
}

std::vector<Row> printable_rows() {
  const std::string soft = line(75, "=\r\n");
  return {
      {"no soft line break", kPrintable, line(64) + line(3) + line(64), ""},
      {"as encoders break", kPrintable, soft + soft + line(3), ""},
      {"an escape that did not fit", kPrintable,
       soft + line(72, "=\r\n") + "=3D=3D" + line(60) + soft + line(1), ""},
      {"the first line has that", kPrintable,
       line(73, "=\r\n") + "=3D" + line(72, "=\r\n") + line(20), ""},
      {"blanks behind it", kPrintable, line(75, "= \t\r\n") + line(3), ""},
      {"escaped line ends", kPrintable,
       line(64, "=0D=0A=\r\n") + line(64, "=0A=\r\n") + line(3), ""},
      {"early", kPrintable, line(70, "=\r\n") + line(70),
       "uneven-soft-line-breaks"},
      {"late", kPrintable, line(76, "=\r\n") + line(70),
       "uneven-soft-line-breaks"},
      {"one character early", kPrintable, soft + line(74, "=\r\n") + line(64),
       "uneven-soft-line-breaks"},
      {"one character more", kPrintable, line(74, "=\r\n") + soft + line(64),
       "uneven-soft-line-breaks"},
      {"only a soft line break", kPrintable, "=\r\n" + line(64),
       "uneven-soft-line-breaks"},
      {"an escaped letter", kPrintable, "QQ=41QQ\r\n", "needless-escape"},
      {"an escaped sign", kPrintable, "QQ=2BQQ\r\n", "needless-escape"},
      {"what has to be escaped", kPrintable,
       "=2D-begin=20\r\n=3DQQQQ=09\r\nfrom=C3=A4\r\n", ""},
      {"blanks within", kPrintable, "a  b" + blanks(900) + "c\r\n", ""},
      {"few blanks at the ends", kPrintable, "a" + blanks(4000) + "\r\n", ""},
      {"many at the ends", kPrintable,
       "a" + blanks(2050) + "\r\na" + blanks(2050) + "\r\n",
       "encoded-white-space"},
      {"many behind soft line breaks", kPrintable,
       line(75, "=") + blanks(2050) + "\r\n" + line(75, "=") + blanks(2050) +
           "\r\nQ",
       "encoded-white-space"},
      {"lines without an encoding", TransferEncoding::k7bit,
       line(20) + line(40) + line(30, "=\r\n") + line(20), ""},
  };
}

// The answer, or that it depends on a cut.
std::string at_every_split(const Row& row) {
  const std::string_view body = row.body;
  std::string whole = defect(row.encoding, {body});
  for (std::size_t at = 0; at <= body.size(); ++at) {
    if (defect(row.encoding, {body.substr(0, at), body.substr(at)}) != whole) {
      return "differs when cut at " + std::to_string(at);
    }
  }
  return whole;
}

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(at_every_split(row) == row.defect);
  }
}

TEST_CASE("lines of base64 are as encoders break them, at every split") {
  check(base64_rows());
}

TEST_CASE("lines of quoted-printable are, too") { check(printable_rows()); }

}  // namespace
