#pragma once

// The author of a message: the one mailbox of its one From field.
//
// RFC 5322 3.6.2 allows a mailbox-list; RFC 6854 a group.  Stricter here:
// exactly one mailbox, because signature, login and what a client displays are
// compared with it.  The field body is tokenised (quoted-string, comment,
// dot-atom, domain-literal) before any encoded word is looked at: an encoded
// word can never become an address.  Linear in the input, no recursion:
// comments are counted, a group is refused at its colon.
//
// Stricter than the grammar, because readers differ there:
// - no comment or blank inside an addr-spec, and no comment anywhere with one
//   of `<>@,;:"\` in it (a reader that knows no comments would act on it);
// - no "@" in an unquoted display name (`a@b <c@d>`);
// - a domain is letters, digits, "-" and "_" in labels (RFC 1035 2.3.4), its
//   last label not all digits; an address literal is a real address.
// Wider: dots in an unquoted display name (RFC 5322 4.1), and UTF-8 (RFC 6532)
// in display name, local-part and domain.  Of a UTF-8 domain the ASCII letters
// become lower case and nothing else: it is not turned into A-labels, which a
// d= is made of (RFC 6376 3.5), so such an author is never aligned.

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
  kEightBit,  // octets above 127 in the addr-spec that are not UTF-8
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

// The address in a literal, "192.0.2.1" or "IPv6:2001:db8::1" with or without
// the brackets, in the canonical text of inet_ntop; empty when it is none.
std::string address_of_literal(std::string_view domain);

}  // namespace mime
