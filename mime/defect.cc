#include "mime/defect.h"

namespace mime {

std::string_view to_string(Defect defect) {
  switch (defect) {
    case Defect::kHeaderSectionTooLarge:
      return "header-section-too-large";
    case Defect::kTooManyHeaderFields:
      return "too-many-header-fields";
    case Defect::kHeaderFieldTooLarge:
      return "header-field-too-large";
    case Defect::kInvalidFieldName:
      return "invalid-field-name";
    case Defect::kUnterminatedHeaderSection:
      return "unterminated-header-section";
    case Defect::kControlCharacterInHeader:
      return "control-character-in-header";
    case Defect::kInvalidUtf8InHeader:
      return "invalid-utf8-in-header";
    case Defect::kRepeatedField:
      return "repeated-field";
    case Defect::kInvalidContentType:
      return "invalid-content-type";
    case Defect::kRepeatedParameter:
      return "repeated-parameter";
    case Defect::kParameterContinuation:
      return "parameter-continuation";
    case Defect::kInvalidBoundary:
      return "invalid-boundary";
    case Defect::kAmbiguousBoundary:
      return "ambiguous-boundary";
    case Defect::kUnknownTransferEncoding:
      return "unknown-transfer-encoding";
    case Defect::kEncodedMultipart:
      return "encoded-multipart";
    case Defect::kMissingBoundary:
      return "missing-boundary";
    case Defect::kMissingFinalBoundary:
      return "missing-final-boundary";
    case Defect::kAmbiguousBoundaryLine:
      return "ambiguous-boundary-line";
    case Defect::kTooManyParts:
      return "too-many-parts";
    case Defect::kTooDeep:
      return "too-deep";
    case Defect::kLineTooLong:
      return "line-too-long";
    case Defect::kBareCr:
      return "bare-cr";
    case Defect::kBareLf:
      return "bare-lf";
    case Defect::kNul:
      return "nul";
    case Defect::kEightBitIn7bit:
      return "8bit-in-7bit";
    case Defect::kInvalidBase64:
      return "invalid-base64";
    case Defect::kInvalidQuotedPrintable:
      return "invalid-quoted-printable";
  }
  return "unknown";
}

}  // namespace mime
