#include "mime/secure_join_shape.h"

#include "mime/ascii.h"
#include "mime/part_fields.h"

namespace mime {
namespace {

// "secure-join: vc-request" and a few line ends.
constexpr std::size_t kMostText = 64;

}  // namespace

void SecureJoinShape::header_field(int depth, const HeaderField& field) {
  if (depth > 0 && !is_silent_part_field(field, outer_.message_id)) {
    fail("part-header-text");
  }
}

bool SecureJoinShape::part_begin(const PartInfo& part) {
  if (part.depth == 0) {
    if (has_blank_in_boundary(part)) fail("boundary-text");
    return false;
  }
  if (++parts_ > 1 || part.is_multipart) fail("part-count");
  if (part.content_type.media_type != "text/plain") fail("part-type");
  if (!are_silent_parameters(part.content_type)) {
    fail("content-type-parameter");
  }
  return true;
}

void SecureJoinShape::decoded(std::string_view octets) {
  if (text_.size() + octets.size() > kMostText) {
    fail("secure-join-text");
    return;
  }
  text_ += octets;
}

void SecureJoinShape::preamble(int /*depth*/, std::string_view octets) {
  if (!is_all_white_space(octets)) fail("preamble");
}

void SecureJoinShape::epilogue(int /*depth*/, std::string_view octets) {
  if (!is_all_white_space(octets)) fail("epilogue");
}

void SecureJoinShape::finish(ShapeResult& result) {
  if (outer_.secure_join != "vc-request" &&
      outer_.secure_join != "vg-request") {
    fail("secure-join-step");
  }
  if (parts_ != 1) fail("part-count");
  if (!equal_ignoring_case(trim(text_), "Secure-Join: " + outer_.secure_join)) {
    fail("secure-join-text");
  }
  if (failed()) {
    result.defect = defect_word();
  } else {
    result.shape = Shape::kSecureJoin;
  }
}

}  // namespace mime
