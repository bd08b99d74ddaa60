#pragma once

// Content-Type (RFC 2045 5.1) by our own strict grammar.
//
// The boundary decides what a client will show, so a field that two readers
// could take differently is not repaired: it is a defect, and the entity is
// then text/plain without parameters.  Comments (RFC 5322 3.2.2) are skipped.
// Parameter continuations and charsets (RFC 2231) are recognised and, on
// `boundary` and `protocol`, a defect; a duplicate parameter is a defect.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mime/defect.h"

namespace mime {

struct Parameter {
  std::string name;   // lower case
  std::string value;  // quoted-string unquoted, case kept
};

struct ContentType {
  std::string media_type = "text/plain";  // lower case, "type/subtype"
  std::vector<Parameter> parameters;

  // The value of a parameter (name in lower case), or nullopt.
  std::optional<std::string_view> parameter(std::string_view name) const;
  bool is_multipart() const { return media_type.starts_with("multipart/"); }
};

struct ContentTypeResult {
  ContentType content_type;
  std::optional<Defect> defect;  // set when the field did not fit the grammar
};

// `field_body` may be folded.
ContentTypeResult parse_content_type(std::string_view field_body);

}  // namespace mime
