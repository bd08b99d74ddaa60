#pragma once

// One pass over body octets, at the speed of memory: it finds lines that may
// be boundary lines and notes what a reader could take differently.
//
// Looks at 64 octets at a time, without a branch for each line.  What is
// carried from call to call is the length of the line so far and whether its
// last octet was CR; the answer does not depend on how the octets were cut.

#include <cstddef>
#include <string_view>

#include "mime/defect.h"

namespace mime {

class LineScanner {
 public:
  // Lines above `line_octets`, line end not counted, are kLineTooLong.
  explicit LineScanner(std::size_t line_octets) : line_octets_(line_octets) {}

  // Looks at `octets`, with `stop_at_dashes` only up to the first LF that "--"
  // follows (or "-" as the last octet).  Returns how many were looked at, the
  // LF included.
  std::size_t scan(std::string_view octets, bool stop_at_dashes);

  // The input ends here, or an entity does: a CR at the very end is bare.
  void finish();

  // What was noted since the last call: kBareCr, kBareLf, kNul, kLineTooLong,
  // kEightBitIn7bit (the caller knows whether 7bit was declared).
  DefectSet take_defects();

 private:
  std::size_t line_octets_;
  std::size_t line_so_far_ = 0;  // octets since the last LF, a CR included
  bool after_cr_ = false;
  DefectSet defects_;
};

}  // namespace mime
