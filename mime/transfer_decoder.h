#pragma once

// The body of a leaf, taken out of its transfer encoding (RFC 2045 6).
//
// 7bit, 8bit and binary are passed on as they came, without a copy; so is an
// unknown encoding, which RFC 2045 6.4 has readers treat as opaque octets.

#include <string_view>
#include <variant>

#include "mime/base64_body.h"
#include "mime/defect.h"
#include "mime/quoted_printable.h"
#include "mime/sink.h"

namespace mime {

class TransferDecoder {
 public:
  explicit TransferDecoder(TransferEncoding encoding);

  // Tells sink.decoded() what `octets` bring.
  void write(std::string_view octets, Sink& sink);
  // Call once after the last write(); adds what was wrong.
  void finish(Sink& sink, DefectSet& defects);

 private:
  std::variant<std::monostate, Base64Body, QuotedPrintable> encoding_;
};

}  // namespace mime
