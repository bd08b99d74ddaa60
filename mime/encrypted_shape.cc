#include "mime/encrypted_shape.h"

#include "mime/ascii.h"
#include "mime/part_fields.h"
#include "mime/stock_texts.h"

namespace mime {
namespace {

// Long enough for every stock text and for the blanks around `Version: 1`.
constexpr std::size_t kMostText = 256;

}  // namespace

EncryptedShape::EncryptedShape(const ShapeOptions& options,
                               const OuterFields& outer)
    : options_(options), outer_(outer) {}

void EncryptedShape::header_field(int depth, const HeaderField& field) {
  if (depth > 0 && !is_silent_part_field(field, outer_.message_id)) {
    fail("part-header-text");
  }
}

void EncryptedShape::begin_top(const PartInfo& part) {
  const auto protocol = part.content_type.parameter("protocol");
  if (!protocol ||
      !equal_ignoring_case(*protocol, "application/pgp-encrypted")) {
    fail("protocol");  // RFC 3156 4
  }
  if (!options_.foreign_clients && has_blank_in_boundary(part)) {
    fail("boundary-text");
  }
}

bool EncryptedShape::part_begin(const PartInfo& part) {
  if (part.depth == 0) {
    begin_top(part);
    return false;
  }
  if (leaves_ == 0) end_preamble();
  ++leaves_;
  if (part.depth > 1 || part.is_multipart || leaves_ > 2) {
    fail("part-count");
    return false;
  }
  if (!are_silent_parameters(part.content_type)) {
    fail("content-type-parameter");
  }
  const std::string_view wanted =
      leaves_ == 1 ? "application/pgp-encrypted" : "application/octet-stream";
  if (part.content_type.media_type != wanted) fail("part-type");
  part_ = leaves_ == 1 ? Part::kVersion : Part::kPayload;
  if (part_ == Part::kPayload) payload_.emplace(options_.openpgp);
  lines_.emplace(part.transfer_encoding);
  return true;
}

void EncryptedShape::body(std::string_view octets) {
  // What is wrong is told at the end of the part: the first word does not
  // depend on how the octets are cut.
  if (lines_) lines_->write(octets);
}

void EncryptedShape::decoded(std::string_view octets) {
  if (part_ == Part::kPayload) {
    payload_->write(octets);
    if (payload_->refused()) fail("openpgp");
    return;
  }
  if (text_.size() + octets.size() > kMostText) {
    fail("version-part");
    return;
  }
  text_ += octets;
}

void EncryptedShape::preamble(int /*depth*/, std::string_view octets) {
  for (char c : octets) {
    if (c == '\r' || (text_.empty() && is_white_space(c))) continue;
    if (text_.size() == kMostText) {
      fail("preamble");
      return;
    }
    text_.push_back(c == '\n' ? ' ' : c);
  }
}

// A preamble is whole when the first part begins.
void EncryptedShape::end_preamble() {
  const std::string_view text = trim(text_);
  if (!text.empty() && !(options_.foreign_clients && is_stock_preamble(text))) {
    fail("preamble");
  }
  text_.clear();
}

void EncryptedShape::epilogue(int /*depth*/, std::string_view octets) {
  if (!is_all_white_space(octets)) fail("epilogue");
}

void EncryptedShape::part_end(int depth) {
  if (depth != 1) return;
  if (lines_) {
    lines_->finish();
    if (!lines_->defect().empty()) fail(lines_->defect());
  }
  if (part_ == Part::kVersion && trim(text_) != "Version: 1") {
    fail("version-part");
  }
  part_ = Part::kOutside;
}

void EncryptedShape::finish(ShapeResult& result) {
  if (leaves_ != 2) fail("part-count");
  if (payload_) {
    const OpenPgpDefect defect = payload_->finish();
    if (defect != OpenPgpDefect::kNone) {
      fail("openpgp");
      if (defect_word() == "openpgp") {
        result.defect = to_string(defect);
        return;
      }
    }
  }
  if (failed()) {
    result.defect = defect_word();
  } else {
    result.shape = Shape::kEncrypted;
  }
}

}  // namespace mime
