#pragma once

// Armor header lines (RFC 9580 6.2): those that known tools write.
//
// A header line is free text that no cipher touches, so a grammar of short
// values is not enough: a sentence can be cut into many.  What passes is a
// list of whole values with places for version numbers, platforms and
// character sets alone, each kind of line so many times; see
// docs/openpgp-recognition.md.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mime/openpgp_defect.h"

namespace mime {

class ArmorHeaders {
 public:
  // Takes one line, without its line end; kNone when it may stand here.
  OpenPgpDefect line(std::string_view line);

 private:
  std::array<std::uint8_t, 4> seen_{};  // how often, by kind of line
};

}  // namespace mime
