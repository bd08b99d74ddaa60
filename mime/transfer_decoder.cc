#include "mime/transfer_decoder.h"

namespace mime {

TransferDecoder::TransferDecoder(TransferEncoding encoding) {
  if (encoding == TransferEncoding::kBase64) {
    encoding_.emplace<Base64Body>();
  } else if (encoding == TransferEncoding::kQuotedPrintable) {
    encoding_.emplace<QuotedPrintable>();
  }
}

void TransferDecoder::write(std::string_view octets, Sink& sink) {
  if (auto* base64 = std::get_if<Base64Body>(&encoding_)) {
    base64->write(octets, sink);
  } else if (auto* printable = std::get_if<QuotedPrintable>(&encoding_)) {
    printable->write(octets, sink);
  } else {
    sink.decoded(octets);
  }
}

void TransferDecoder::finish(Sink& sink, DefectSet& defects) {
  if (auto* base64 = std::get_if<Base64Body>(&encoding_)) {
    base64->finish(sink);
    if (base64->is_invalid()) defects.add(Defect::kInvalidBase64);
  } else if (auto* printable = std::get_if<QuotedPrintable>(&encoding_)) {
    printable->finish(sink);
    if (printable->is_invalid()) {
      defects.add(Defect::kInvalidQuotedPrintable);
    }
  }
}

}  // namespace mime
