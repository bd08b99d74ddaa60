#pragma once

// The boundaries of the multiparts that are open, and whether a line is one of
// their boundary lines (RFC 2046 5.1.1).
//
// A boundary line is "--", the boundary, "--" if it is the last one, transport
// padding (blanks and tabs) and the line end: nothing else.  Stricter than RFC
// 2046 5.1.1, which lets a reader compare the beginning of a line only: with
// boundaries "a" and "ab" such a reader takes "--ab" for both.  A line that
// begins like a boundary line and goes on is text and a defect, because those
// readers see a boundary there.
//
// Among boundaries that match, the innermost wins; an outer one ends what is
// open inside.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mime {

struct BoundaryMatch {
  enum class Kind {
    kNo,
    kMaybe,  // more octets are needed; at most kBoundaryLineOctets + 1 are held
    kYes
  };
  Kind kind = Kind::kNo;
  bool is_ambiguous = false;  // kNo, and begins like a boundary line
  bool is_last = false;       // kYes: "--" behind the boundary
  std::size_t level = 0;      // kYes: whose boundary, 0 is the outermost
  std::size_t length = 0;     // kYes: of the line, its line end included
};

class BoundaryStack {
 public:
  // `text` begins where a line begins.  With `at_end` nothing comes behind it.
  BoundaryMatch match(std::string_view text, bool at_end) const;

  // Whether a boundary line may still come.
  bool any_open() const { return open_ > 0; }
  std::size_t depth() const { return boundaries_.size(); }

  // Whether `boundary` begins an open one, or the other way round.
  bool is_ambiguous(std::string_view boundary) const;

  void push(std::string_view boundary);
  void pop();
  // The last boundary line of the innermost one was seen.
  void close();

 private:
  std::vector<std::string> boundaries_;  // empty: closed
  std::size_t open_ = 0;
};

}  // namespace mime
