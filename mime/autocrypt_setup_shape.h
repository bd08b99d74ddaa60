#pragma once

// An Autocrypt Setup Message (Autocrypt Level 1, section 4.4): a text for the
// user and an application/autocrypt-setup part, which is an HTML page around
// an OpenPGP message.  Delta Chat cores before 2.x nest both in a second
// multipart/mixed.
//
// Readable by nature, so it is an option that is off by default, and its text,
// part fields counted, is bounded, and so is the setup part.  Left to policy:
// that it is to oneself.

#include "mime/shape_candidate.h"

namespace mime {

class AutocryptSetupShape : public ShapeCandidate {
 public:
  void header_field(int depth, const HeaderField& field) override;
  bool part_begin(const PartInfo& part) override;
  void body(std::string_view octets) override;
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void finish(ShapeResult& result) override;

 private:
  void add_text(std::size_t octets);

  int setup_parts_ = 0;
  int text_parts_ = 0;
  bool in_setup_part_ = false;
  std::size_t text_octets_ = 0;
  std::size_t setup_octets_ = 0;
};

}  // namespace mime
