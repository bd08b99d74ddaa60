#pragma once

// The author of a message: the one mailbox of its one From field.
//
// RFC 5322 3.6.2 allows a mailbox-list; RFC 6854 a group.  Stricter here:
// exactly one mailbox, because signature, login and what a client displays are
// compared with it.  The field body is tokenised (quoted-string, comment,
// dot-atom, domain-literal) before any encoded word is looked at: an encoded
// word can never become an address.  Linear in the input, no recursion beyond
// a fixed comment depth.

#include <cstdint>
#include <string>
#include <string_view>

namespace mime {

struct Mailbox {
  std::string local_part;  // unquoted when the quotes were not needed
  std::string domain;      // lower case; an address literal keeps its brackets
  std::string addr_spec() const { return local_part + "@" + domain; }
  bool has_address_literal() const { return domain.starts_with('['); }
};

enum class AuthorDefect : std::uint8_t {
  kNone,
  kMissing,   // no From field
  kRepeated,  // more than one From field
  kEmpty,     // no mailbox in it
  kSeveral,   // a mailbox-list
  kGroup,     // RFC 6854
  kRoute,     // obs-route (RFC 5322 4.4)
  kSyntax,    // anything else that the grammar does not know
  kBadLocalPart,
  kBadDomain,
  kControlCharacter,
  kEightBit,  // raw octets above 127 inside the addr-spec
  kTooLong,   // RFC 5321 4.5.3.1: local-part 64, domain 255
};

std::string_view to_string(AuthorDefect);

struct AuthorResult {
  Mailbox mailbox;  // empty unless defect is kNone
  AuthorDefect defect = AuthorDefect::kNone;
  explicit operator bool() const { return defect == AuthorDefect::kNone; }
};

// One From field body (foldings allowed) to its one mailbox.
AuthorResult parse_author(std::string_view field_body);

// An addr-spec alone, `a@b` (the form of a forward- or reverse-path without
// the angle brackets); nothing around it.
AuthorResult parse_addr_spec(std::string_view text);

// The content of an address literal without brackets, "192.0.2.1" or
// "IPv6:2001:db8::1", in the canonical text of inet_ntop; empty when it is
// not an address.
std::string address_of_literal(std::string_view domain);

}  // namespace mime
