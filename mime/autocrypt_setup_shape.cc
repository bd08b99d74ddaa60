#include "mime/autocrypt_setup_shape.h"

#include "mime/ascii.h"
#include "mime/part_fields.h"

namespace mime {
namespace {

// The text that tells the user what the attachment is.
constexpr std::size_t kMostText = 2048;
// An HTML page around a secret key of RSA-4096 with two subkeys.
constexpr std::size_t kMostSetup = 32768;

}  // namespace

void AutocryptSetupShape::header_field(int depth, const HeaderField& field) {
  // Its parameters count with it.
  if (depth > 0) add_text(field.name.size() + field.body.size());
}

bool AutocryptSetupShape::part_begin(const PartInfo& part) {
  if (part.depth == 0 && has_blank_in_boundary(part)) fail("boundary-text");
  in_setup_part_ = false;
  if (part.is_multipart) {
    if (part.content_type.media_type != "multipart/mixed") fail("part-type");
  } else if (part.content_type.media_type == "text/plain") {
    ++text_parts_;
  } else if (part.content_type.media_type == "application/autocrypt-setup") {
    ++setup_parts_;
    in_setup_part_ = true;
  } else {
    fail("part-type");
  }
  return false;
}

void AutocryptSetupShape::body(std::string_view octets) {
  if (!in_setup_part_) {
    add_text(octets.size());
    return;
  }
  setup_octets_ += octets.size();
  if (setup_octets_ > kMostSetup) fail("too-large");
}

void AutocryptSetupShape::add_text(std::size_t octets) {
  text_octets_ += octets;
  if (text_octets_ > kMostText) fail("too-large");
}

void AutocryptSetupShape::preamble(int /*depth*/, std::string_view octets) {
  if (!is_all_white_space(octets)) fail("preamble");
}

void AutocryptSetupShape::epilogue(int /*depth*/, std::string_view octets) {
  if (!is_all_white_space(octets)) fail("epilogue");
}

void AutocryptSetupShape::finish(ShapeResult& result) {
  if (setup_parts_ != 1 || text_parts_ != 1) fail("part-count");
  if (failed()) {
    result.defect = defect_word();
  } else {
    result.shape = Shape::kAutocryptSetup;
  }
}

}  // namespace mime
