#include "deploy/ctl/message_reader.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ctl {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct ReadCase {
  std::string octets;
  Fields fields;
  std::string body;
};

TEST_CASE("A message is taken apart at its first empty line") {
  const std::vector<ReadCase> cases = {
      {"", {}, ""},
      {"\r\n", {}, ""},
      {"\r\nbody", {}, "body"},
      {"A: b\r\n\r\nbody\r\n", {{"A", " b"}}, "body\r\n"},
      {"A: b\r\n", {{"A", " b"}}, ""},
      {"A: b", {{"A", " b"}}, ""},
      {"A:b\r\nC: d:e\r\n\r\n", {{"A", "b"}, {"C", " d:e"}}, ""},
      {"A:\r\n\r\n", {{"A", ""}}, ""},
      {"A: b\r\n\r\n\r\nbody", {{"A", " b"}}, "\r\nbody"},
  };
  for (const auto& row : cases) {
    CAPTURE(row.octets);
    const MessageView message = read_message(row.octets);
    Fields fields;
    for (const auto& field : message.fields) {
      fields.emplace_back(field.name, field.body);
    }
    CHECK(fields == row.fields);
    CHECK(message.body == row.body);
  }
}

TEST_CASE("A folded field keeps its foldings, and nothing of its line end") {
  const MessageView message =
      read_message("A: b\r\n c\r\n\td\r\nE: f\r\n \r\n\r\nbody");
  REQUIRE(message.fields.size() == 2);
  CHECK(message.fields[0].body == " b\r\n c\r\n\td");
  // A line of blanks continues a field; it is not the empty line.
  CHECK(message.fields[1].body == " f\r\n ");
  CHECK(message.body == "body");
}

TEST_CASE("What is no field becomes a field without a name") {
  const std::vector<std::string> lines = {
      "no colon here",
      " begins with a blank: first",
      "no colon\r\n and folded: later",
  };
  for (const auto& line : lines) {
    CAPTURE(line);
    const MessageView message = read_message(line + "\r\nA: b\r\n\r\nbody");
    REQUIRE(message.fields.size() == 2);
    CHECK(message.fields[0].name.empty());
    CHECK(message.fields[0].body == line);
    CHECK(message.fields[1].name == "A");
  }
}

TEST_CASE("Only octets without any CRLF get their line ends completed") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"a", "a"},
      {"a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n"},
      {"a\r\nb\n", "a\r\nb\n"},
      {"a\nb\r\n", "a\nb\r\n"},
      {"a\r\nb\r\n", "a\r\nb\r\n"},
      {"a\rb\n", "a\rb\r\n"},
  };
  for (const auto& [octets, wanted] : cases) {
    CAPTURE(octets);
    CHECK(with_crlf(octets) == wanted);
  }
}

TEST_CASE("A message that is written is the one that was read") {
  const std::vector<std::string> messages = {
      "A: b\r\n c\r\nD:e\r\n\r\nbody\r\n",        "\r\nbody without a line end",
      "no colon\r\nA: b\r\n\r\n\r\n.\r\n",        "A: b\r\n\r\n",
      std::string("A: \0\x80\r\n\r\n\0\r\n", 12),
  };
  for (const auto& octets : messages) {
    CAPTURE(octets);
    const MessageView message = read_message(octets);
    CHECK(write_message(message.fields, message.body) == octets);
  }
}

}  // namespace
}  // namespace ctl
