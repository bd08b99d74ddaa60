#pragma once

// What is wrong with a message, by name.  Malformed input never stops the
// parser: it reports a defect and reads on (code-guide shape (a) of an error).
// The word of to_string() is the one that replies, logs and metrics use.

#include <cstdint>
#include <string_view>

namespace mime {

enum class Defect : std::uint8_t {
  // Of a header section.
  kHeaderSectionTooLarge,
  kTooManyHeaderFields,
  kHeaderFieldTooLarge,
  kInvalidFieldName,
  kControlCharacterInHeader,  // NUL, bare CR and their kind
  kRepeatedField,             // a field that may stand once (RFC 5322 3.6)
  kInvalidContentType,
  kRepeatedParameter,
  kParameterContinuation,  // RFC 2231 on boundary or protocol
  kInvalidBoundary,
  kUnknownTransferEncoding,
  kEncodedMultipart,  // RFC 2045 6.4: only 7bit, 8bit, binary there
  // Of a body.
  kMissingBoundary,       // a multipart without any boundary line
  kMissingFinalBoundary,  // the input ended inside a multipart
  kTooManyParts,
  kTooDeep,
  kLineTooLong,
  kBareCr,
  kBareLf,
  kNul,
  kInvalidBase64,
  kInvalidQuotedPrintable,
};

std::string_view to_string(Defect);

}  // namespace mime
