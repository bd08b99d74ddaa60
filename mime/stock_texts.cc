#include "mime/stock_texts.h"

#include <algorithm>
#include <array>
#include <span>

#include "mime/ascii.h"

namespace mime {
namespace {

constexpr std::array<std::string_view, 9> kPreambles = {
    "This is a multi-part message in MIME format.",
    "This is a multi-part message in MIME format",
    "This is a message with multiple parts in MIME format.",
    "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)",
    "This is an OpenPGP/MIME encrypted message (RFC 2440 and 3156)",
    "This is an OpenPGP/MIME encrypted message (RFC 9580 and 3156)",
    "This is a MIME-encapsulated message.",
    "This message is in MIME format and has been PGP encrypted.",
    "This message is in MIME format and has been PGP signed and encrypted.",
};

constexpr std::array<std::string_view, 11> kDescriptions = {
    "PGP/MIME version identification",
    "PGP/MIME Versions Identification",
    "PGP/MIME Version Identification.",
    "OpenPGP encrypted message",
    "OpenPGP encrypted message.",
    "OpenPGP encrypted data",
    "OpenPGP digitally encrypted message",
    "This is an encrypted message part",
    "This is a digitally encrypted message part",
    "PGP/MIME encrypted message",
    "version code",
};

constexpr std::array<std::string_view, 12> kFileNames = {
    "encrypted.asc",
    "encrypted.pgp",
    "msg.asc",
    "message.asc",
    "message.pgp",
    "openpgp-encrypted-message.asc",
    "OpenPGP encrypted message.asc",
    "PGPMIME version identification",
    "PGPMIME Versions Identification",
    "GpgOL_MIME_structure.txt",
    "version.txt",
    "version.asc",
};

bool is_one_of(std::span<const std::string_view> texts, std::string_view text) {
  return std::any_of(texts.begin(), texts.end(), [&](std::string_view known) {
    return equal_ignoring_case(known, text);
  });
}

constexpr std::array<std::string_view, 9> kCharsets = {
    "us-ascii", "utf-8", "utf-16", "utf-7",      "koi8-r",
    "koi8-u",   "gbk",   "gb2312", "iso-2022-jp"};

constexpr std::array<CharsetFamily, 3> kCharsetFamilies = {{
    {"iso-8859-", 2},
    {"windows-", 4},
    {"cp", 4},
}};

bool is_of_family(std::string_view text, const CharsetFamily& family) {
  if (text.size() <= family.name.size() ||
      !equal_ignoring_case(text.substr(0, family.name.size()), family.name)) {
    return false;
  }
  const std::string_view digits = text.substr(family.name.size());
  return digits.size() <= family.most_digits &&
         std::all_of(digits.begin(), digits.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_stock_preamble(std::string_view text) {
  return is_one_of(kPreambles, text);
}

bool is_stock_description(std::string_view text) {
  return is_one_of(kDescriptions, text);
}

bool is_stock_file_name(std::string_view text) {
  return is_one_of(kFileNames, text);
}

bool is_charset_name(std::string_view text) {
  return is_one_of(kCharsets, text) ||
         std::any_of(kCharsetFamilies.begin(), kCharsetFamilies.end(),
                     [&](const CharsetFamily& family) {
                       return is_of_family(text, family);
                     });
}

std::span<const std::string_view> stock_preambles() { return kPreambles; }
std::span<const std::string_view> stock_descriptions() { return kDescriptions; }
std::span<const std::string_view> stock_file_names() { return kFileNames; }
std::span<const std::string_view> charset_names() { return kCharsets; }
std::span<const CharsetFamily> charset_families() { return kCharsetFamilies; }

}  // namespace mime
