#pragma once

// Every limit of this module, each with its reason.
//
// A limit that is hit is a defect and never the end: the parser goes on in a
// cheaper way, which parser.h tells for each.  The state of one Parser is
// bounded by field_octets + depth * kBoundaryOctets and a little more.

#include <cstddef>

namespace mime {

struct Limits {
  // What a receiver of mail may have to hold to look at a header section;
  // long chains of Received, ARC and Authentication-Results stay below 100 KB.
  std::size_t header_section_octets = std::size_t{256} * 1024;
  // Postfix cuts a field at 102,400 octets (header_size_limit) before any
  // filter sees it, so a longer one is read differently behind us.
  std::size_t field_octets = 102'400;
  // Mail with more than some two hundred fields is not written by a mailer.
  std::size_t fields = 1'000;
  // Parts of a whole message: digests and reports stay far below.
  std::size_t parts = 1'000;
  // Multiparts inside multiparts: mailers write up to four, gateways that wrap
  // a message again a few more.
  std::size_t depth = 16;
  // RFC 5322 2.1.1: a line of the body without its line end.
  std::size_t line_octets = 998;
};

// RFC 2046 5.1.1: a boundary has 1 to 70 octets.
inline constexpr std::size_t kBoundaryOctets = 70;

// RFC 2046 5.1.1 bounds transport padding by nothing; gateways add a few
// blanks at most, and what may be a boundary line has to be held.
inline constexpr std::size_t kBoundaryPaddingOctets = 54;

// "--", the boundary, "--", the padding: what may have to be held of a line.
inline constexpr std::size_t kBoundaryLineOctets =
    2 + kBoundaryOctets + 2 + kBoundaryPaddingOctets;

// RFC 5322 2.1.1: the name and its colon stand in one line.
inline constexpr std::size_t kFieldNameOctets = 998;

// Parameters of one Content-Type field; mailers write up to six, and each is
// compared with those before it.
inline constexpr std::size_t kParameters = 64;

// RFC 5321 4.5.3.1.1 and 4.5.3.1.2.
inline constexpr std::size_t kLocalPartOctets = 64;
inline constexpr std::size_t kDomainOctets = 255;

// RFC 1035 2.3.4.
inline constexpr std::size_t kLabelOctets = 63;

}  // namespace mime
