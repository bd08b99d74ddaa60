#include "mime/armor_header.h"

#include <span>

namespace mime {
namespace {

constexpr std::size_t kNoMatch = std::string_view::npos;

constexpr std::string_view kStages[] = {"-alpha",   "-beta", "-rc", "-dev",
                                        "-unknown", "b",     "rc"};

constexpr std::string_view kPlatforms[] = {
    "GNU/Linux", "MingW32", "MingW64", "Darwin",  "FreeBSD", "OpenBSD",
    "NetBSD",    "Cygwin",  "SunOS",   "Android", "linux",   "windows",
    "darwin",    "iOS",     "Win32",   "AIX",     "HP-UX",   "Solaris"};

constexpr std::string_view kMailPrograms[] = {
    "Thunderbird", "Mozilla",    "SeaMonkey", "Icedove", "Iceape",  "undefined",
    "Postbox",     "PostboxApp", "Iceowl",    "Firefox", "Netscape"};

constexpr std::string_view kCharsetNames[] = {
    "UTF-8",        "utf-8",       "US-ASCII",     "us-ascii",
    "ISO-8859-1",   "iso-8859-1",  "ISO-8859-2",   "iso-8859-2",
    "ISO-8859-15",  "iso-8859-15", "windows-1250", "windows-1251",
    "windows-1252", "koi8-r",      "KOI8-R",       "GB2312",
    "gb2312",       "Big5",        "Shift_JIS",    "ISO-2022-JP",
    "iso-2022-jp",  "EUC-KR",      "euc-kr"};

constexpr std::string_view kHashNames[] = {
    "SHA1", "SHA224", "SHA256", "SHA384", "SHA512", "MD5", "RIPEMD160"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// How many digits stand at the front of `text`, at most `most`.
std::size_t digits(std::string_view text, std::size_t most) {
  std::size_t count = 0;
  while (count < text.size() && count < most && is_digit(text[count])) ++count;
  return count;
}

// The longest of `words` at the front of `text`.
std::size_t longest_word(std::string_view text,
                         std::span<const std::string_view> words) {
  std::size_t longest = kNoMatch;
  for (const std::string_view word : words) {
    if (text.starts_with(word) &&
        (longest == kNoMatch || word.size() > longest))
      longest = word.size();
  }
  return longest;
}

// 2.2.40, 10.4, 1.6.1.0, 2.1.0-beta3: at most twelve digits in all.
std::size_t match_version(std::string_view text) {
  std::size_t at = 0;
  for (int component = 0; component < 4; ++component) {
    const std::size_t count = digits(text.substr(at), 3);
    if (count == 0) return component == 0 ? kNoMatch : at - 1;
    at += count;
    if (at == text.size() || text[at] != '.') break;
    ++at;
  }
  const std::size_t stage = longest_word(text.substr(at), kStages);
  if (stage == kNoMatch) return at;
  at += stage;
  return at + digits(text.substr(at), 2);
}

std::size_t match_platform(std::string_view text) {
  return longest_word(text, kPlatforms);
}

std::size_t match_mail_program(std::string_view text) {
  return longest_word(text, kMailPrograms);
}

std::size_t match_charset(std::string_view text) {
  return longest_word(text, kCharsetNames);
}

std::size_t match_hash(std::string_view text) {
  return longest_word(text, kHashNames);
}

constexpr std::size_t kMostLetters = 16;

// A program that the list does not know: one word, and only with a version.
std::size_t match_name(std::string_view text) {
  std::size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters])) ++letters;
  return letters == 0 || letters > kMostLetters ? kNoMatch : letters;
}

// How much of the front of `text` the place `%letter` of a row takes.
std::size_t match_place(char letter, std::string_view text) {
  switch (letter) {
    case 'v':
      return match_version(text);
    case 'b': {  // a build number
      const std::size_t count = digits(text, 5);
      return count == 0 ? kNoMatch : count;
    }
    case 'p':
      return match_platform(text);
    case 'm':
      return match_mail_program(text);
    case 'c':
      return match_charset(text);
    case 'n':
      return match_name(text);
    case 'h':
      return match_hash(text);
    case 's':  // http or https
      return text.starts_with("https:")  ? 6
             : text.starts_with("http:") ? 5
                                         : kNoMatch;
    default:
      return kNoMatch;
  }
}

// Each place is greedy; no row needs it otherwise.
bool matches(std::string_view row, std::string_view text) {
  while (!row.empty()) {
    if (row.front() == '%') {
      const std::size_t length = match_place(row[1], text);
      if (length == kNoMatch) return false;
      row.remove_prefix(2);
      text.remove_prefix(length);
    } else {
      if (text.empty() || text.front() != row.front()) return false;
      row.remove_prefix(1);
      text.remove_prefix(1);
    }
  }
  return text.empty();
}

constexpr std::string_view kVersions[] = {
    "GnuPG v%v",
    "GnuPG v%v (%p)",
    "GnuPG/MacGPG2 v%v",
    "GnuPG/MacGPG2 v%v (%p)",
    "GnuPG %v",
    "GnuPG %v (%p)",
    "GPG4Win v%v",
    "OpenPGP.js v%v",
    "OpenPGP.js VERSION",
    "OpenPGP.js %v",
    "ProtonMail",
    "Proton",
    "ProtonMail v%v",
    "Mailvelope v%v",
    "FlowCrypt %v Gmail Encryption",
    "FlowCrypt Email Encryption %v",
    "FlowCrypt %v",
    "CryptUP %v Gmail Encryption",
    "FlowCrypt iOS %v Gmail Encryption",
    "BCPG v%v",
    "BCPG C# v%v",
    "BCPG v@RELEASE_NAME@",
    "PGPainless",
    "APG v%v",
    "OpenKeychain v%v",
    "OpenKeychain %v",
    "Keybase OpenPGP v%v",
    "Keybase OpenPGP JS %v",
    "Keybase Go %v (%p)",
    "Canary PGP v%v",
    "ObjectivePGP",
    "iPGMail (%v)",
    "oPenGP %v",
    "NetPGP portable %v",
    "rnp %v",
    "RNP %v",
    "GopenPGP %v",
    "Sequoia-PGP v%v",
    "PGP %v",
    "PGP v%v",
    "PGPfreeware %v",
    "PGPfreeware %v for non-commercial use <http://www.pgp.com>",
    "PGP %v - not licensed for commercial use: www.pgp.com",
    "PGP Desktop %v (Build %b)",
    "PGP Desktop %v - not licensed for commercial use: www.pgp.com",
    "PGP Universal %v (Build %b)",
    "PGP Command Line v%v (Build %b)",
    "PGP Command Line v%v (%p)",
    "PGP SDK %v",
    "Encryption Desktop %v (Build %b)",
    "Symantec Encryption Desktop %v (Build %b)",
    "Encryption Server %v (Build %b)",
    "DidiSoft OpenPGP Library for Java %v",
    "Hush %v",
    "ZohoMail PGP v%v",
    "%n v%v",
    "%n %v",
    "%n v%v (%p)",
};

constexpr std::string_view kComments[] = {
    "%s//gnupg.org",
    "%s//www.gnupg.org",
    "Using GnuPG with %m - %s//www.enigmail.net/",
    "Using GnuPG with %m - %s//enigmail.mozdev.org",
    "Using GnuPG with %m - %s//enigmail.mozdev.org/",
    "GPGTools - %s//gpgtools.org",
    "GPGTools - %s//www.gpgtools.org",
    "%s//gpgtools.org",
    "%s//www.gpgtools.org",
    "%s//openpgpjs.org",
    "%s//www.mailvelope.com",
    "%s//mailvelope.com",
    "%s//protonmail.com",
    "%s//proton.me",
    "Seamlessly send and receive encrypted email",
    "Seamlessly send, receive and search encrypted email",
    "%s//flowcrypt.com",
    "%s//keybase.io/crypto",
    "%s//keybase.io/download",
    "%s//gopenpgp.org",
    "%s//www.openkeychain.org",
    "%s//www.ipgmail.com",
    "%s//canarymail.io",
    "Processed by Mailvelope",
    "Use \"gpg --dearmor\" for unpacking",
};

constexpr std::string_view kCharsets[] = {"%c"};
constexpr std::string_view kHashes[] = {"%h"};

struct Kind {
  std::string_view name;  // with the colon and blank (RFC 9580 6.2.2)
  std::span<const std::string_view> values;
  int most;  // lines of this kind in one armor
};

// MessageID, for messages in several armors, is 32 characters of the writer's
// choice: no program writes it today, and it would carry a line of text.
constexpr Kind kKinds[] = {
    {"Version: ", kVersions, 1},
    {"Comment: ", kComments, 2},
    {"Charset: ", kCharsets, 1},
    {"Hash: ", kHashes, 1},
};

}  // namespace

OpenPgpDefect ArmorHeaders::line(std::string_view line) {
  for (std::size_t kind = 0; kind < std::size(kKinds); ++kind) {
    const std::string_view name = kKinds[kind].name;
    if (!line.starts_with(name)) continue;
    const std::string_view value = line.substr(name.size());
    for (const std::string_view row : kKinds[kind].values) {
      if (!matches(row, value)) continue;
      return ++seen_[kind] <= kKinds[kind].most
                 ? OpenPgpDefect::kNone
                 : OpenPgpDefect::kTooManyArmorHeaders;
    }
  }
  return OpenPgpDefect::kUnknownArmorHeader;
}

}  // namespace mime
