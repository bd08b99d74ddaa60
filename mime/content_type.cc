#include "mime/content_type.h"

#include <algorithm>

#include "mime/ascii.h"
#include "mime/field_text.h"
#include "mime/limits.h"
#include "mime/utf8.h"

namespace mime {
namespace {

// Wider than RFC 2046 5.1.1: all of printable ASCII between quotes, because
// mailers write "@", "*" and ";" there and readers agree on them.
bool is_boundary_char(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= kBoundaryOctets &&
         text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), is_boundary_char);
}

// A parameter that decides what a reader shows, or who may read.
bool is_structural(std::string_view name) {
  return name == "boundary" || name == "protocol";
}

// The grammar of RFC 2045 5.1, read from left to right.
class ContentTypeText {
 public:
  explicit ContentTypeText(std::string_view field_body) : text_(field_body) {}

  std::optional<Defect> read(ContentType& result) {
    if (!read_media_type(result)) return Defect::kInvalidContentType;
    while (text_.take(';')) {
      if (!text_.skip_cfws()) return Defect::kInvalidContentType;
      if (text_.at_end()) break;  // many mailers end with a semicolon
      if (const auto defect = read_parameter(result)) return defect;
      if (!text_.skip_cfws()) return Defect::kInvalidContentType;
    }
    if (!text_.at_end()) return Defect::kInvalidContentType;
    return check(result);
  }

 private:
  bool read_media_type(ContentType& result) {
    if (!text_.skip_cfws()) return false;
    const std::string_view type = text_.take_while(is_token_char);
    if (type.empty() || !text_.take('/')) return false;
    const std::string_view subtype = text_.take_while(is_token_char);
    if (subtype.empty() || !text_.skip_cfws()) return false;
    result.media_type.reserve(type.size() + 1 + subtype.size());
    result.media_type = type;
    result.media_type += '/';
    result.media_type += subtype;
    for (char& c : result.media_type) c = to_lower(c);
    return true;
  }

  std::optional<Defect> read_parameter(ContentType& result) {
    Parameter parameter;
    parameter.name = to_lower(text_.take_while(is_token_char));
    if (parameter.name.empty() || !text_.skip_cfws() || !text_.take('=') ||
        !text_.skip_cfws()) {
      return Defect::kInvalidContentType;
    }
    bool is_plain = true;
    if (text_.peek() == '"') {
      if (!text_.take_quoted_string(parameter.value, &is_plain)) {
        return Defect::kInvalidContentType;
      }
    } else {
      parameter.value = text_.take_while(is_token_char);
      if (parameter.value.empty()) return Defect::kInvalidContentType;
    }
    return add(result, std::move(parameter), is_plain);
  }

  std::optional<Defect> add(ContentType& result, Parameter parameter,
                            bool is_plain) {
    // RFC 2231: boundary*, boundary*0, boundary*0*.
    const std::string_view name = parameter.name;
    const std::size_t star = name.find('*');
    if (star != std::string_view::npos && is_structural(name.substr(0, star))) {
      return Defect::kParameterContinuation;
    }
    if (result.parameters.size() == kParameters) {
      return Defect::kInvalidContentType;
    }
    if (result.parameter(name)) return Defect::kRepeatedParameter;
    // A backslash or a folding between the quotes is never needed in a
    // boundary, and some readers leave it there.
    if (name == "boundary" && !is_plain) has_plain_boundary_ = false;
    result.parameters.push_back(std::move(parameter));
    return std::nullopt;
  }

  std::optional<Defect> check(const ContentType& result) const {
    if (!result.is_multipart()) return std::nullopt;
    // Stricter than RFC 2045 5.1: a reader that knows no comments would take
    // them for a part of the boundary, and no mailer writes them here.
    if (text_.has_comments()) return Defect::kInvalidContentType;
    const auto boundary = result.parameter("boundary");
    if (!boundary || !has_plain_boundary_ || !is_boundary(*boundary)) {
      return Defect::kInvalidBoundary;
    }
    return std::nullopt;
  }

  FieldText text_;
  bool has_plain_boundary_ = true;
};

}  // namespace

std::optional<std::string_view> ContentType::parameter(
    std::string_view name) const {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

ContentTypeResult parse_content_type(std::string_view field_body) {
  ContentTypeResult result;
  if (has_stray_control(field_body) || !is_utf8(field_body)) {
    result.defect = Defect::kInvalidContentType;
    return result;
  }
  result.defect = ContentTypeText(field_body).read(result.content_type);
  if (result.defect) result.content_type = ContentType();
  return result;
}

}  // namespace mime
