#pragma once

// What the push parser tells about a message, piece by piece.
//
// A parser that returned a tree would hold the message; this one holds a
// bounded state and calls a Sink as soon as something is certain.  The order
// of calls for one entity is
//
//   header_field*  part_begin  (body* | preamble* child* epilogue*)  part_end
//
// with the message itself at depth 0 and the children of a multipart one
// deeper.  All views are valid during the call only.  Any chunking of the
// input gives the same calls but for where body, preamble and epilogue octets
// are cut.  defect() is called once for each defect of an entity, at its depth:
// for those of its header section before its part_begin, for those of its
// octets and boundaries right before its part_end.

#include <string_view>

#include "mime/content_type.h"
#include "mime/defect.h"

namespace mime {

// One header field, before any interpretation (RFC 5322 2.2).
struct HeaderField {
  std::string_view name;  // as it was written
  std::string_view body;  // all behind the colon, with its leading blank and
                          // its foldings as CRLF, without the final CRLF
};

enum class TransferEncoding {
  k7bit,
  k8bit,
  kBinary,
  kBase64,
  kQuotedPrintable,
  kUnknown  // RFC 2045 6.4: treat as opaque octets; also a defect
};

// An entity, as its header section declared it.
struct PartInfo {
  int depth = 0;                    // 0 is the message itself
  int index = 0;                    // among its siblings, from 0
  const ContentType& content_type;  // defaults applied (RFC 2045 5.2)
  TransferEncoding transfer_encoding = TransferEncoding::k7bit;
  bool is_multipart = false;  // its body is preamble, children, epilogue
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void header_field(int /*depth*/, const HeaderField&) {}
  // Returns whether decoded() is wanted for the body of this part.
  virtual bool part_begin(const PartInfo&) { return false; }
  // Octets of a leaf's body as they came, without the line end that belongs
  // to the boundary (RFC 2046 5.1.1).
  virtual void body(std::string_view /*octets*/) {}
  // The same, transfer-decoded; called after body() with the same octets.
  virtual void decoded(std::string_view /*octets*/) {}
  // Octets before the first and after the last boundary line of a multipart
  // at this depth, line ends included.
  virtual void preamble(int /*depth*/, std::string_view /*octets*/) {}
  virtual void epilogue(int /*depth*/, std::string_view /*octets*/) {}
  virtual void part_end(int /*depth*/) {}
  virtual void defect(int /*depth*/, Defect) {}
};

}  // namespace mime
