#include "mime/shape.h"

#include "mime/ascii.h"
#include "mime/autocrypt_setup_shape.h"
#include "mime/bounce_shape.h"
#include "mime/encrypted_shape.h"
#include "mime/secure_join_shape.h"

namespace mime {
namespace {

// RFC 5322 2.1.1 allows 998 octets a line; a Message-ID is one token.
constexpr std::size_t kMostFieldText = 998;

// Why a message of this type can only be cleartext.
std::string_view cause_of_type(const ContentType& content_type,
                               const OuterFields& outer) {
  const std::string_view type = content_type.media_type;
  if (type == "multipart/mixed") {
    // A shape that is not wanted here.
    return outer.autocrypt_setup_message ? "autocrypt-setup-message"
                                         : "multipart-mixed";
  }
  if (type.starts_with("multipart/")) return "other-multipart";
  if (type == "text/plain") return "text-plain";
  if (type == "text/html") return "text-html";
  return "other-type";
}

}  // namespace

std::string_view to_string(Shape shape) {
  switch (shape) {
    case Shape::kEncrypted:
      return "encrypted";
    case Shape::kSecureJoin:
      return "secure-join";
    case Shape::kAutocryptSetup:
      return "autocrypt-setup";
    case Shape::kBounce:
      return "bounce";
    case Shape::kCleartext:
      break;
  }
  return "cleartext";
}

struct ShapeRecogniser::State {
  explicit State(ShapeOptions shape_options) : options(shape_options) {}

  void choose(const ContentType& content_type);

  const ShapeOptions options;
  OuterFields outer;
  // nullptr before the message began, and when `cause` is set: no shape but
  // cleartext can come of it.
  std::unique_ptr<ShapeCandidate> candidate;
  std::string_view cause;
  std::size_t body_octets = 0;
};

void ShapeRecogniser::State::choose(const ContentType& content_type) {
  const std::string_view type = content_type.media_type;
  if (type == "multipart/encrypted") {
    candidate = std::make_unique<EncryptedShape>(options, outer);
  } else if (type == "multipart/report") {
    candidate = std::make_unique<BounceShape>(options);
  } else if (type == "multipart/mixed" && !outer.secure_join.empty()) {
    candidate = std::make_unique<SecureJoinShape>(outer);
  } else if (type == "multipart/mixed" && outer.autocrypt_setup_message &&
             options.autocrypt_setup) {
    candidate = std::make_unique<AutocryptSetupShape>();
  } else {
    cause = cause_of_type(content_type, outer);
  }
}

ShapeRecogniser::ShapeRecogniser(ShapeOptions options)
    : state_(std::make_unique<State>(options)) {}
ShapeRecogniser::~ShapeRecogniser() = default;

std::string_view ShapeRecogniser::cleartext_cause() const {
  return state_->candidate ? state_->candidate->defect_word() : state_->cause;
}

void ShapeRecogniser::header_field(int depth, const HeaderField& field) {
  if (depth > 0) {
    if (state_->candidate) state_->candidate->header_field(depth, field);
    return;
  }
  const auto is = [&](std::string_view name) {
    return equal_ignoring_case(field.name, name);
  };
  if (field.body.size() > kMostFieldText) return;
  if (is("Message-ID")) state_->outer.message_id = trim(unfold(field.body));
  if (is("Secure-Join")) state_->outer.secure_join = trim(unfold(field.body));
  if (is("Autocrypt-Setup-Message")) {
    state_->outer.autocrypt_setup_message = trim(field.body) == "v1";
  }
}

bool ShapeRecogniser::part_begin(const PartInfo& part) {
  if (part.depth == 0) state_->choose(part.content_type);
  return state_->candidate && state_->candidate->part_begin(part);
}

void ShapeRecogniser::body(std::string_view octets) {
  state_->body_octets += octets.size();
  if (state_->candidate) state_->candidate->body(octets);
}

void ShapeRecogniser::decoded(std::string_view octets) {
  if (state_->candidate) state_->candidate->decoded(octets);
}

void ShapeRecogniser::preamble(int depth, std::string_view octets) {
  state_->body_octets += octets.size();
  if (state_->candidate) state_->candidate->preamble(depth, octets);
}

void ShapeRecogniser::epilogue(int depth, std::string_view octets) {
  state_->body_octets += octets.size();
  if (state_->candidate) state_->candidate->epilogue(depth, octets);
}

void ShapeRecogniser::part_end(int depth) {
  if (state_->candidate) state_->candidate->part_end(depth);
}

void ShapeRecogniser::defect(int depth, Defect defect) {
  if (state_->candidate) state_->candidate->defect(depth, defect);
}

ShapeResult ShapeRecogniser::finish() {
  ShapeResult result;
  if (state_->candidate) {
    state_->candidate->finish(result);
  } else {
    result.defect = state_->cause;
  }
  result.body_octets = state_->body_octets;
  return result;
}

}  // namespace mime
