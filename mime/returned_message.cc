#include "mime/returned_message.h"

namespace mime {
namespace {

// What policy takes of a returned header section at most.
constexpr std::size_t kMostHeaderOctets = 65536;

}  // namespace

ReturnedMessage::ReturnedMessage(const ShapeOptions& options)
    : shape_(options, outer_), parser_(*this) {}

void ReturnedMessage::write(std::string_view octets) { parser_.write(octets); }

void ReturnedMessage::finish() {
  parser_.end();
  silent_ = body_octets_ == 0;
  if (!silent_ && is_encrypted_type_) {
    ShapeResult result;
    shape_.finish(result);
    silent_ = result.shape == Shape::kEncrypted;
  }
}

void ReturnedMessage::header_field(int depth, const HeaderField& field) {
  if (depth > 0) {
    // Part headers, of an encrypted message too, if it has no body otherwise.
    body_octets_ += field.name.size() + field.body.size();
    shape_.header_field(depth, field);
    return;
  }
  header_octets_ += field.name.size() + field.body.size() + 3;
  if (header_octets_ <= kMostHeaderOctets) {
    fields_.emplace_back(field.name, field.body);
  }
}

bool ReturnedMessage::part_begin(const PartInfo& part) {
  if (part.depth == 0) {
    is_encrypted_type_ = part.content_type.media_type == "multipart/encrypted";
  }
  return shape_.part_begin(part);
}

void ReturnedMessage::body(std::string_view octets) {
  body_octets_ += octets.size();
}

void ReturnedMessage::decoded(std::string_view octets) {
  if (is_encrypted_type_) shape_.decoded(octets);
}

void ReturnedMessage::preamble(int depth, std::string_view octets) {
  body_octets_ += octets.size();
  shape_.preamble(depth, octets);
}

void ReturnedMessage::epilogue(int depth, std::string_view octets) {
  body_octets_ += octets.size();
  shape_.epilogue(depth, octets);
}

void ReturnedMessage::part_end(int depth) { shape_.part_end(depth); }

void ReturnedMessage::defect(int depth, Defect defect) {
  // What is beyond these is not told, so it cannot be measured.
  if (defect == Defect::kHeaderSectionTooLarge ||
      defect == Defect::kHeaderFieldTooLarge ||
      defect == Defect::kTooManyHeaderFields) {
    bounded_ = false;
  }
  shape_.defect(depth, defect);
}

}  // namespace mime
