#pragma once

// Takes a header section in any chunking apart into fields.
//
// A field that lies within one chunk is told as a view into it; only what
// straddles two is copied, and of a field above the limit nothing is held.
// The section ends with an empty line; with a line that is no header field,
// which then is the first of the body (as Postfix reads it, and a defect); or
// with a boundary line of an open multipart, which wins over everything else.
// A line is a header field when it is ftext, blanks, a colon (RFC 5322 2.2,
// 4.5), the colon within its first kFieldNameOctets octets.
//
// Lines end with CRLF, or with LF, which is a defect (docs/mime-decisions.md).

#include <cstddef>
#include <string>
#include <string_view>

#include "mime/boundary_stack.h"
#include "mime/defect.h"
#include "mime/sink.h"

namespace mime {

class HeaderReader {
 public:
  enum class Event {
    kMore,          // all octets are taken in
    kField,         // field() or is_too_large()
    kEnd,           // the empty line
    kBodyLine,      // held() and then the remaining octets are the body
    kBoundaryLine,  // boundary()
  };

  explicit HeaderReader(std::size_t field_octets)
      : field_octets_(field_octets) {}

  // Takes octets from the front of `octets` until one thing is certain.
  Event read(std::string_view& octets, const BoundaryStack& boundaries);
  // The input ends here; call until kEnd, kBodyLine or kBoundaryLine comes.
  Event finish(const BoundaryStack& boundaries);

  // After kField, until the next call.
  const HeaderField& field() const { return field_; }
  bool is_too_large() const { return is_too_large_; }
  // Its octets, line end included.
  std::size_t field_size() const { return field_size_; }
  // What was wrong with lines since begin(): kBareLf, kAmbiguousBoundaryLine.
  DefectSet defects() const { return defects_; }
  // After kBodyLine: what earlier chunks brought of the line.
  const std::string& held() const { return held_; }
  const BoundaryMatch& boundary() const { return boundary_; }

  // Begins a new section, and lets go of all memory.
  void begin();

 private:
  enum class Start { kUnknown, kField, kEmptyLine, kBodyLine, kBoundaryLine };
  Start start_of(std::string_view text, const BoundaryStack& boundaries,
                 bool at_end);
  Event read_start(std::string_view& octets, const BoundaryStack& boundaries);
  Event read_field(std::string_view& octets);
  Event tell_field(std::string_view raw);
  std::string_view normalised(std::string_view raw);
  void hold(std::string_view octets);
  void release();

  std::size_t field_octets_;
  std::string held_;            // of the field or line that is being read
  std::string normalised_;      // a field with bare LFs, as CRLF
  std::size_t raw_size_ = 0;    // of the field so far, held or not
  char last_ = '\0';            // its last octet
  bool in_field_ = false;       // the line is known to be a field
  bool was_told_ = false;       // held_ is the field of the last event
  bool is_too_large_ = false;   // of the last event
  std::size_t field_size_ = 0;  // of the last event
  std::size_t empty_line_size_ = 0;
  HeaderField field_;
  BoundaryMatch boundary_;
  DefectSet defects_;
};

}  // namespace mime
