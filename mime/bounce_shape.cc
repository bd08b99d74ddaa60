#include "mime/bounce_shape.h"

#include <algorithm>
#include <utility>

#include "mime/ascii.h"
#include "mime/part_fields.h"
#include "mime/returned_message.h"

namespace mime {
namespace {

bool is_returned_type(std::string_view media_type) {
  return media_type == "message/rfc822" ||
         media_type == "text/rfc822-headers" ||
         media_type == "message/rfc822-headers" ||
         media_type == "message/global" ||        // RFC 6533
         media_type == "message/global-headers";  // RFC 6533
}

bool is_text(std::string_view media_type) {
  return media_type == "text/plain" || media_type == "text/html";
}

// What holds the text for people together when there is more than one part.
bool is_container(std::string_view media_type) {
  return media_type == "multipart/alternative" ||
         media_type == "multipart/related" || media_type == "multipart/mixed";
}

// A picture in it: an icon, a logo.
bool is_picture(std::string_view media_type) {
  return media_type == "image/png" || media_type == "image/gif" ||
         media_type == "image/jpeg";
}

std::size_t readable_octets(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return !is_white_space(c); }));
}

}  // namespace

BounceShape::BounceShape(const ShapeOptions& options) : options_(options) {}
BounceShape::~BounceShape() = default;

void BounceShape::header_field(int depth, const HeaderField& field) {
  if (depth > 0 && !is_silent_part_field(field, {})) {
    text_octets_ += field.name.size() + field.body.size();
  }
}

bool BounceShape::part_begin(const PartInfo& part) {
  if (part.depth == 0) {
    begin_top(part);
  } else if (part.depth == 1) {
    begin_child(part);
  } else {
    const std::string_view type = part.content_type.media_type;
    if (part_ != Part::kText ||
        (!is_text(type) && !is_container(type) && !is_picture(type))) {
      fail("part-type");
    }
  }
  if (part.depth > 0 && !are_silent_parameters(part.content_type)) {
    for (const Parameter& parameter : part.content_type.parameters) {
      text_octets_ += parameter.name.size() + parameter.value.size();
    }
  }
  if (std::exchange(is_encoded_, false) && part_ != Part::kReturned) {
    fail(to_string(Defect::kEncodedMultipart));
  }
  return part_ == Part::kStatus || part_ == Part::kReturned;
}

// Told before its part begins, which says whether it is one: to an encoded
// message every reader does the same.
void BounceShape::defect(int depth, Defect defect) {
  if (depth == 1 && defect == Defect::kEncodedMultipart) {
    is_encoded_ = true;
  } else {
    ShapeCandidate::defect(depth, defect);
  }
}

void BounceShape::begin_top(const PartInfo& part) {
  const auto type = part.content_type.parameter("report-type");
  if (!type || !equal_ignoring_case(*type, "delivery-status")) {
    fail("report-type");
  }
}

void BounceShape::begin_child(const PartInfo& part) {
  const std::string_view type = part.content_type.media_type;
  if (part.index == 0) {
    part_ = Part::kText;
    if (!is_text(type) && !is_container(type)) fail("part-type");
    return;
  }
  if (part.index == 1) {
    part_ = Part::kStatus;
    has_status_ = true;
    if (type != "message/delivery-status" &&
        type != "message/global-delivery-status") {
      fail("part-type");
    }
  } else if (part.index == 2 && is_returned_type(type)) {
    part_ = Part::kReturned;
    returned_ = std::make_unique<ReturnedMessage>(options_);
  } else {
    part_ = Part::kText;
    fail("part-count");
  }
}

void BounceShape::body(std::string_view octets) {
  if (part_ == Part::kText || part_ == Part::kOutside) {
    text_octets_ += octets.size();
  }
}

// Of a text and its pictures the octets count as they came; of the others,
// which are to be parsed, as they are meant.
void BounceShape::decoded(std::string_view octets) {
  if (part_ == Part::kStatus) {
    status_octets_ += octets.size();
    status_.write(octets);
  } else if (part_ == Part::kReturned) {
    returned_->write(octets);
  }
}

void BounceShape::preamble(int /*depth*/, std::string_view octets) {
  text_octets_ += readable_octets(octets);
}

void BounceShape::epilogue(int /*depth*/, std::string_view octets) {
  text_octets_ += readable_octets(octets);
}

void BounceShape::finish(ShapeResult& result) {
  status_.finish();
  if (!has_status_ || !status_.complete()) fail("delivery-status");
  if (returned_) {
    returned_->finish();
    if (!returned_->is_bounded()) fail("returned-header-too-large");
    if (!returned_->is_silent()) text_octets_ += returned_->body_octets();
    result.bounce.returned_header_octets = returned_->header_octets();
    result.bounce.returned_fields = std::move(returned_->fields());
  }
  if (failed()) {
    result.defect = defect_word();
    return;
  }
  result.shape = Shape::kBounce;
  result.bounce.text_octets = text_octets_ + status_.extension_octets();
  result.bounce.status_octets = status_octets_;
  result.bounce.longest_diagnostic = status_.longest_diagnostic();
}

}  // namespace mime
