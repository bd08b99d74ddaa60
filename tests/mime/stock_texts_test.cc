// Tests mime/stock_texts.h, and that docs/stock-texts.md says the same.

#include "mime/stock_texts.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/mime/openpgp_builder.h"

namespace {

using Rows = std::multiset<std::string>;  // "where | text"

Rows rows_of_code() {
  Rows rows;
  const auto add = [&](const std::string& where, auto texts) {
    for (const std::string_view text : texts) {
      rows.insert(where + " | " + std::string(text));
    }
  };
  add("preamble", mime::stock_preambles());
  add("Content-Description", mime::stock_descriptions());
  add("file name", mime::stock_file_names());
  add("charset", mime::charset_names());
  for (const mime::CharsetFamily& family : mime::charset_families()) {
    rows.insert("charset and " + std::to_string(family.most_digits) +
                " digits | " + std::string(family.name));
  }
  return rows;
}

// The first two columns of each row of a table.
Rows rows_of_document() {
  Rows rows;
  const std::string document = mime_test::source_file("docs/stock-texts.md");
  for (std::size_t at = 0; at < document.size();) {
    const std::size_t end = document.find('\n', at);
    const std::string line = document.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("| ") || line.starts_with("| where")) continue;
    const std::size_t second = line.find(" | ");
    rows.insert(line.substr(2, line.find(" |", second + 3) - 2));
  }
  return rows;
}

TEST_CASE("the document has every stock text and no other") {
  const Rows code = rows_of_code();
  const Rows document = rows_of_document();
  REQUIRE(code.size() > 40);
  for (const std::string& row : code) {
    INFO("only in the code: " << row);
    CHECK(document.count(row) == 1);
  }
  for (const std::string& row : document) {
    INFO("only in the document: " << row);
    CHECK(code.count(row) == 1);
  }
}

TEST_CASE("stock texts are compared whole, in any case of letters") {
  for (const std::string_view text : mime::stock_preambles()) {
    CHECK(mime::is_stock_preamble(text));
    CHECK_FALSE(mime::is_stock_preamble(std::string(text) + " Meet me."));
    CHECK_FALSE(mime::is_stock_preamble(text.substr(1)));
  }
  for (const std::string_view text : mime::stock_descriptions()) {
    CHECK(mime::is_stock_description(text));
    CHECK_FALSE(mime::is_stock_description(std::string(text) + "!"));
  }
  for (const std::string_view text : mime::stock_file_names()) {
    CHECK(mime::is_stock_file_name(text));
    CHECK_FALSE(mime::is_stock_file_name("a " + std::string(text)));
  }
  CHECK(mime::is_stock_file_name("ENCRYPTED.ASC"));
  CHECK_FALSE(mime::is_stock_file_name(""));
}

TEST_CASE("a charset is a name of the list, with its digits") {
  for (const char* name : {"utf-8", "UTF-8", "us-ascii", "iso-8859-1",
                           "ISO-8859-15", "windows-1252", "cp437", "gbk"}) {
    INFO(name);
    CHECK(mime::is_charset_name(name));
  }
  for (const char* name :
       {"", "utf-9", "iso-8859-", "iso-8859-151", "iso-8859-1x", "windows-",
        "windows-12525", "cp", "meet-me-at-nine", "utf-8 "}) {
    INFO(name);
    CHECK_FALSE(mime::is_charset_name(name));
  }
}

}  // namespace
