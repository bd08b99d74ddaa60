#include "mime/content_type.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using mime::ContentType;
using mime::Defect;
using mime::parse_content_type;

// The type and its parameters as one line.
std::string printed(const ContentType& content_type) {
  std::string text = content_type.media_type;
  for (const auto& parameter : content_type.parameters) {
    text += "; " + parameter.name + "=<" + parameter.value + ">";
  }
  return text;
}

TEST_CASE("A Content-Type that fits the grammar is taken apart") {
  struct Row {
    std::string field_body;
    std::string expected;
  };
  const std::vector<Row> rows = {
      {" text/plain", "text/plain"},
      {"TEXT/Plain", "text/plain"},
      {" text/plain; charset=utf-8", "text/plain; charset=<utf-8>"},
      {" text/plain;charset=\"utf-8\"", "text/plain; charset=<utf-8>"},
      {" text/plain; charset=utf-8;", "text/plain; charset=<utf-8>"},
      {" text/plain; charset = us-ascii (Plain text)",
       "text/plain; charset=<us-ascii>"},
      {" (a) text/plain (b (c)) ; format=flowed ",
       "text/plain; format=<flowed>"},
      {" multipart/encrypted; protocol=\"application/pgp-encrypted\"; \r\n"
       "\tboundary=\"18ea_b\"",
       "multipart/encrypted; protocol=<application/pgp-encrypted>; "
       "boundary=<18ea_b>"},
      {" multipart/mixed; boundary=\"----=_Part (1)/2:3?'+,.\"; x=y",
       "multipart/mixed; boundary=<----=_Part (1)/2:3?'+,.>; x=<y>"},
      {" multipart/mixed; boundary=\"a;b@c*\"",
       "multipart/mixed; boundary=<a;b@c*>"},
      {" image/png; name=\"a \\\"b\\\\ \r\n c.png\"",
       "image/png; name=<a \"b\\  c.png>"},
      {" image/png; name=\"\xc3\xa4.png\"", "image/png; name=<\xc3\xa4.png>"},
      {" image/png; name*0=\"a\"; name*1*=b%20",
       "image/png; name*0=<a>; name*1*=<b%20>"},
      {" application/vnd.a+xml; x=\"\"", "application/vnd.a+xml; x=<>"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.field_body);
    const auto result = parse_content_type(row.field_body);
    CHECK_FALSE(result.defect.has_value());
    CHECK(printed(result.content_type) == row.expected);
  }
}

TEST_CASE("A Content-Type that two readers could take differently is none") {
  struct Row {
    std::string field_body;
    Defect defect;
  };
  const std::string mixed = " multipart/mixed; ";
  std::string many = " text/plain";
  for (int i = 0; i < 65; ++i) many += "; p" + std::to_string(i) + "=v";
  const std::vector<Row> rows = {
      {"", Defect::kInvalidContentType},
      {" text", Defect::kInvalidContentType},
      {" text/", Defect::kInvalidContentType},
      {" /plain", Defect::kInvalidContentType},
      {" text /plain", Defect::kInvalidContentType},
      {" text/plain charset=utf-8", Defect::kInvalidContentType},
      {" text/plain; charset", Defect::kInvalidContentType},
      {" text/plain; charset=", Defect::kInvalidContentType},
      {" text/plain; charset=a b", Defect::kInvalidContentType},
      {" text/plain; charset=a/b", Defect::kInvalidContentType},
      {" text/plain;; charset=a", Defect::kInvalidContentType},
      {" text/plain, text/html", Defect::kInvalidContentType},
      {" text/plain; name=\"a", Defect::kInvalidContentType},
      {" text/plain; name=\"a\\\r\n b\"", Defect::kInvalidContentType},
      {" text/plain; name=\"a\\", Defect::kInvalidContentType},
      {" text/plain (open", Defect::kInvalidContentType},
      {" text/plain; name=\"\xff\"", Defect::kInvalidContentType},
      {" text/plain; name=\"a\x07\"", Defect::kInvalidContentType},
      {" text/pl\rain", Defect::kInvalidContentType},
      {std::string(" text/plain; x=\"a\0b\"", 20), Defect::kInvalidContentType},
      {mixed + "boundary=(x)b", Defect::kInvalidContentType},
      {mixed + "boundary=b (x)", Defect::kInvalidContentType},
      {mixed + "boundary=----=_Part", Defect::kInvalidContentType},
      {many, Defect::kInvalidContentType},
      {" text/plain; charset=a; CHARSET=b", Defect::kRepeatedParameter},
      {mixed + "boundary=a; boundary=b", Defect::kRepeatedParameter},
      {mixed + "boundary=a; boundary*=us-ascii''b",
       Defect::kParameterContinuation},
      {mixed + "boundary*0=a; boundary*1=b", Defect::kParameterContinuation},
      {mixed + "boundary=a; protocol*0=b", Defect::kParameterContinuation},
      {" multipart/mixed", Defect::kInvalidBoundary},
      {mixed + "boundary=\"\"", Defect::kInvalidBoundary},
      {mixed + "boundary=\"a \"", Defect::kInvalidBoundary},
      {mixed + "boundary=\"a\\\"b\"", Defect::kInvalidBoundary},
      {mixed + "boundary=a;b", Defect::kInvalidContentType},
      {mixed + "boundary=\"a\\b\"", Defect::kInvalidBoundary},
      {mixed + "boundary=\"a\r\n b\"", Defect::kInvalidBoundary},
      {mixed + "boundary=\"a\xc3\xa4\"", Defect::kInvalidBoundary},
      {mixed + "boundary=" + std::string(71, 'a'), Defect::kInvalidBoundary},
  };
  for (const Row& row : rows) {
    CAPTURE(row.field_body);
    const auto result = parse_content_type(row.field_body);
    REQUIRE(result.defect.has_value());
    CHECK(to_string(*result.defect) == to_string(row.defect));
    CHECK(printed(result.content_type) == "text/plain");
  }
}

TEST_CASE("A boundary of 70 octets is the longest") {
  const std::string longest(70, 'b');
  const auto result =
      parse_content_type(" multipart/mixed; boundary=" + longest);
  CHECK_FALSE(result.defect.has_value());
  CHECK(result.content_type.parameter("boundary") == longest);
  CHECK_FALSE(result.content_type.parameter("protocol").has_value());
}

}  // namespace
