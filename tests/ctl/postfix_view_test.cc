#include "deploy/ctl/postfix_view.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using policy::Direction;

const std::string kFrom = "From: a@b.example\r\n";
const std::string kRest = "To: y@b.example\r\n\r\nbody\r\n";

ctl::PostfixView view_of(const std::string& octets,
                         Direction direction = Direction::kInbound) {
  return ctl::postfix_view(octets, {.direction = direction,
                                    .reverse_path = "me@chat.example",
                                    .hostname = "chat.example",
                                    .queue_id = "4XyZ",
                                    .now = 1'000'000'000});
}

// The view in one string: fields with LF for their foldings, '|' between them,
// '#' before the body.  Runs of one octet are what makes long cases long.
std::string shown(const ctl::PostfixView& view) {
  std::string text;
  for (const auto& field : view.message.fields) {
    text += field.name + ":" + field.body + "|";
  }
  return text + "#" + view.message.body;
}

std::string run_of(std::size_t count, char octet) {
  return std::string(count, octet);
}

struct Row {
  const char* name;
  std::string octets;
  std::string expected;
};

const std::string kSeenFrom = "From: a@b.example|";
const std::string kSeenRest = "To: y@b.example|#body\r\n";

// A header section with one odd line in it, and what becomes of that line.
Row field_row(const char* name, const std::string& line,
              const std::string& expected) {
  return {name, kFrom + line + "\r\n" + kRest,
          kSeenFrom + expected + kSeenRest};
}

// The same, where that line and what follows is body.
Row ending_row(const char* name, const std::string& line) {
  return {name, kFrom + line + "\r\n" + kRest,
          kSeenFrom + "#" + line + "\r\n" + kRest};
}

Row body_row(const char* name, const std::string& body,
             const std::string& expected) {
  return {name, kFrom + "\r\n" + body, kSeenFrom + "#" + expected};
}

using namespace std::string_literals;

std::vector<Row> field_rows() {
  return {
      field_row("a blank before the colon goes", "Subject : x", "Subject: x|"),
      field_row("a blank behind the colon is not added", "Subject \t :x",
                "Subject:x|"),
      field_row("8-bit octets stay", "Subject: \xe9\xff", "Subject: \xe9\xff|"),
      field_row("control octets stay", "Subject: a\x01\x0b\x7f",
                "Subject: a\x01\x0b\x7f|"),
      field_row("a NUL cuts its line", "Subject: a\0b"s, "Subject: a|"),
      field_row("a NUL cuts no other line of the field",
                "Subject: a\r\n b\0c\r\n d"s, "Subject: a\r\n b\r\n d|"),
      field_row("a bare CR is a blank", "Subject: a\rb", "Subject: a b|"),
      field_row("a bare CR at the start of a line makes it a folding",
                "X: y\r\n\rSubject: a", "X: y\r\n Subject: a|"),
      field_row("CRs before CRLF go", "Subject: a\r\r", "Subject: a|"),
      field_row("foldings stay as they are", "Subject:\r\n\ta\r\n  b ",
                "Subject:\r\n\ta\r\n  b |"),
      field_row("a folding of blanks alone does not end the header section",
                "Subject: a\r\n \r\n\t", "Subject: a\r\n \r\n\t|"),
      field_row("Bcc and its kind go",
                "Bcc: x\r\n y\r\nbcc : z\r\nContent-Length: 5\r\n"
                "Return-Path: <a>\r\nResent-Bcc: q",
                ""),
      field_row("a field name may be 2,047 octets", run_of(2047, 'Y') + ": z",
                run_of(2047, 'Y') + ": z|"),
      field_row("a NUL cuts 2,048 octets of a long line at most",
                "Subject: " + run_of(2030, 's') + "\0"s + run_of(3000, 't'),
                "Subject: " + run_of(2030, 's') + run_of(2992, 't') + "|"),
      field_row("a field of 60,000 octets stays",
                "Subject: " + run_of(59991, 's'),
                "Subject: " + run_of(59991, 's') + "|"),
      field_row("a longer field is cut there",
                "Subject: " + run_of(70000, 's') + "\r\n fold",
                "Subject: " + run_of(59991, 's') + "|"),
      field_row("or before a folding that is near",
                "Subject: " + run_of(53993, 's') + "\r\n " + run_of(20000, 't'),
                "Subject: " + run_of(53993, 's') + "|"),
  };
}

std::vector<Row> section_rows() {
  return {
      ending_row("a line without a colon ends the header section", "nocolon"),
      ending_row("a blank in the name ends it", "Sub ject: x"),
      ending_row("an 8-bit octet in the name ends it",
                 "Subj\xe9"
                 "t: x"),
      ending_row("a control octet in the name ends it", "Subj\x01ct: x"),
      ending_row("a NUL in the name ends it", "Sub\0ject: x"s),
      ending_row("a missing name ends it", ": x"),
      ending_row("a later mailbox separator ends it", "From foo bar"),
      ending_row("a name of 2,048 octets ends it", run_of(2048, 'Y') + ": z"),
      {"a line with a CR alone is the empty line", kFrom + "\r\r\n" + kRest,
       kSeenFrom + "#" + kRest},
      {"bare LFs are line ends", "From: a@b.example\nX: a\n b\n\nbody\nx\n",
       kSeenFrom + "X: a\r\n b|#body\r\nx\r\n"},
      {"a first mailbox separator is a field", ">From x\r\n" + kFrom + kRest,
       "X-Mailbox-Line: >From x|" + kSeenFrom + kSeenRest},
      {"and ends the header section when it is folded",
       "From x\r\n y\r\n" + kRest, "X-Mailbox-Line: From x|# y\r\n" + kRest},
      {"a folded line first begins the body", " x\r\n" + kRest,
       "# x\r\n" + kRest},
      {"a bare CR first hides its line in Postfix's own Received field",
       "\rhidden\r\n\rmore\r\n" + kFrom + kRest, kSeenFrom + kSeenRest},
      {"text alone is body", "hello\r\n", "#hello\r\n"},
      {"an empty line first leaves no header section", "\r\nX: y\r\n",
       "#X: y\r\n"},
      {"a header section alone has no body", kFrom, kSeenFrom + "#"},
      {"nothing is nothing", "", "#"},
      {"Received fields of others stay", "Received: x\r\n" + kFrom + kRest,
       "Received: x|" + kSeenFrom + kSeenRest},
  };
}

std::vector<Row> body_rows() {
  return {
      body_row("a NUL in the body stays", "a\0b\r\n\0\r\n"s, "a\0b\r\n\0\r\n"s),
      body_row("8-bit octets in the body stay", "\xe9\xff\r\n", "\xe9\xff\r\n"),
      body_row("a bare CR in the body is a blank", "a\rb\r\n\r x\r\n",
               "a b\r\n  x\r\n"),
      body_row("CRs before CRLF go", "a\r\r\nb\r\n", "a\r\nb\r\n"),
      body_row("a bare LF in the body is CRLF", "a\nb\n.\n", "a\r\nb\r\n.\r\n"),
      body_row("dots stay", ".\r\n..\r\n.a\r\n", ".\r\n..\r\n.a\r\n"),
      body_row("the last line is ended", "a", "a\r\n"),
      body_row("empty lines at the end stay", "a\r\n\r\n\r\n", "a\r\n\r\n\r\n"),
      body_row("a long line stays", run_of(5000, 'b') + "\r\n",
               run_of(5000, 'b') + "\r\n"),
      body_row("a CR that ends a piece of 2,048 octets is a blank",
               run_of(2047, 'b') + "\r\r\n", run_of(2047, 'b') + " \r\n"),
      body_row("unless its CRLF is whole there", run_of(2047, 'b') + "\r\n",
               run_of(2047, 'b') + "\r\n"),
      body_row("a doubled dot counts", "." + run_of(2046, 'b') + "\r\r\n",
               "." + run_of(2046, 'b') + "\r\n"),
      body_row("fields of an attached message stay",
               "Bcc: x\r\nSubject : y\r\n", "Bcc: x\r\nSubject : y\r\n"),
  };
}

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.name);
    const ctl::PostfixView view = view_of(row.octets);
    CHECK(shown(view) == row.expected);
    CHECK(view.refusal.empty());
  }
}

}  // namespace

TEST_CASE("a milter sees header fields as Postfix leaves them") {
  check(field_rows());
}

TEST_CASE("a milter sees the header section end where Postfix ends it") {
  check(section_rows());
}

TEST_CASE("a milter sees the body as Postfix leaves it") { check(body_rows()); }

TEST_CASE("submission and sendmail drop every Received field") {
  const std::string octets = "Received: x\r\n y\r\nrECEIVED : z\r\n" + kFrom +
                             "Date: d\r\nMessage-ID: <i@b>\r\n\r\nbody\r\n";
  for (const Direction direction : {Direction::kOutbound, Direction::kLocal}) {
    CHECK(shown(view_of(octets, direction)) ==
          "From: a@b.example|Date: d|Message-ID: <i@b>|#body\r\n");
  }
}

TEST_CASE("Postfix refuses a message that went round in circles") {
  std::string received;
  for (int i = 0; i < 48; ++i) received += "Received: x\r\n";
  CHECK(view_of(received + kFrom + kRest).refusal.empty());
  received += "Received: x\r\n";
  CHECK(view_of(received + kFrom + kRest).refusal ==
        "554 5.4.0 Error: too many hops");
  CHECK(
      view_of(received + kFrom + kRest, Direction::kOutbound).refusal.empty());
}

TEST_CASE("sendmail adds the fields that a message lacks, and no other does") {
  const std::string added =
      "Message-Id: <20010909014640.4XyZ@chat.example>|"
      "Date: Sun,  9 Sep 2001 01:46:40 +0000 (UTC)|";
  CHECK(shown(view_of("Subject: x\r\n\r\nbody\r\n", Direction::kLocal)) ==
        "Subject: x|" + added + "From: me@chat.example|#body\r\n");
  CHECK(shown(view_of("Date: d\r\n" + kFrom + "\r\n", Direction::kLocal)) ==
        "Date: d|" + kSeenFrom +
            "Message-Id: <20010909014640.4XyZ@chat.example>|#");
  CHECK(shown(view_of(kFrom + "Resent-Date: d\r\n\r\n", Direction::kLocal)) ==
        kSeenFrom +
            "Resent-Date: d|"
            "Resent-Message-Id: <20010909014640.4XyZ@chat.example>|"
            "Resent-From: me@chat.example|#");
  for (const Direction direction :
       {Direction::kInbound, Direction::kOutbound, Direction::kInternal}) {
    CHECK(shown(view_of("Subject: x\r\n\r\n", direction)) == "Subject: x|#");
  }
}

TEST_CASE("an address without a domain stays as it is") {
  const std::string octets =
      "From: a\r\nTo: b, c@b.example\r\nDate: d\r\nMessage-ID: <i@b>\r\n\r\n";
  for (const Direction direction : {Direction::kInbound, Direction::kOutbound,
                                    Direction::kInternal, Direction::kLocal}) {
    CHECK(shown(view_of(octets, direction)) ==
          "From: a|To: b, c@b.example|Date: d|Message-ID: <i@b>|#");
  }
}

TEST_CASE("sendmail's CR at octet 2,048 of a line is a blank") {
  const std::string fields =
      "From: a@b.example\r\nDate: d\r\nMessage-ID: <i@b>\r\n\r\n";
  for (const std::size_t size : {2046U, 2047U, 2048U}) {
    CAPTURE(size);
    const std::string line = run_of(size, 'b');
    CHECK(
        view_of(fields + line + "\r\nX\r\n", Direction::kLocal).message.body ==
        line + (size == 2047 ? " " : "") + "\r\nX\r\n");
  }
}

TEST_CASE("sendmail takes a mailbox separator away, and ends no last line") {
  const std::string fields =
      kFrom + "Date: d\r\nMessage-ID: <i@b>\r\n\r\nbody\r";
  CHECK(shown(view_of("From x\r\n" + fields, Direction::kLocal)) ==
        "From: a@b.example|Date: d|Message-ID: <i@b>|#body \r\n");
}
