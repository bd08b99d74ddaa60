#include "mime/encoded_words.h"

#include <gmime/gmime.h>

#include <catch2/catch.hpp>
#include <string>

namespace mime {
namespace {

struct Row {
  const char* text;
  const char* decoded;
};

constexpr Row kRows[] = {
    {"", ""},
    {"plain text", "plain text"},
    {"=?utf-8?q?caf=C3=A9?=", "caf\xC3\xA9"},
    {"=?UTF-8?B?Y2Fmw6k=?=", "caf\xC3\xA9"},
    {"=?iso-8859-1?q?caf=E9_au_lait?= now", "caf\xC3\xA9 au lait now"},
    {"=?iso-8859-1*fr?q?caf=E9?=", "caf\xC3\xA9"},
    {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
    {"=?utf-8?q?a?=  b", "a  b"},
    {"a =?utf-8?q?b?=", "a b"},
    {"=?koi8-r?B?8NLJ18XU?=",
     "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82"},
};

TEST_CASE("encoded words become UTF-8, as GMime reads them") {
  g_mime_init();
  for (const Row& row : kRows) {
    INFO(row.text);
    CHECK(decode_encoded_words(row.text) == row.decoded);
    char* other = g_mime_utils_header_decode_text(nullptr, row.text);
    CHECK(std::string(other) == row.decoded);
    g_free(other);
  }
}

TEST_CASE("what is no encoded word stays as it stands") {
  for (const char* text :
       {"=?", "=?utf-8", "=?utf-8?q", "=?utf-8?q?", "=?utf-8?q?x",
        "=?=", "=?utf-8?x?a?=", "=?utf-8?q?a b?=",
        "=?"
        "?q?a?=",
        "=?no-such-charset?q?a?=", "=?utf-8?q?=FF?=", "a ?= b =?"}) {
    CHECK(decode_encoded_words(text) == text);
  }
}

TEST_CASE("broken base64 gives what can be read") {
  CHECK(decode_encoded_words("=?utf-8?b?YWJj?=") == "abc");
  CHECK(decode_encoded_words("=?utf-8?b?YWI?=") == "ab");
  CHECK(decode_encoded_words("=?utf-8?b?"
                             "?=")
            .empty());
}

}  // namespace
}  // namespace mime
