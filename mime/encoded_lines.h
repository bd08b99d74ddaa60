#pragma once

// The lines of a transfer-encoded part that hides nothing readable: are they
// as an encoder breaks them?
//
// What is decoded is judged elsewhere.  But base64 and quoted-printable
// (RFC 2045 6.7, 6.8) may be broken anywhere, so that words stand down the left
// edge of genuine ciphertext or the ends of lines draw a profile; letters
// stand out where all others are escaped; and blanks at line ends are no
// content.  Encoders do none of that:
//
// - Base64 lines are as long as the first, 32 to 76 characters; the last one
//   may be shorter, and a single one longer.  No blank line between.
// - A soft line break ends a line of 72 to 76 characters.  Such lines are all
//   of one length but where an escape would not have fitted.  An escaped line
//   end may have one behind it, too.
// - No character of base64 is escaped.
// - 4 KiB of blanks and blank lines, as around armor.

#include <cstddef>
#include <string_view>

#include "mime/sink.h"

namespace mime {

class EncodedLines {
 public:
  // Other encodings than those two have no lines of their own.
  explicit EncodedLines(TransferEncoding encoding) : encoding_(encoding) {}

  // The encoded octets.
  void write(std::string_view octets);
  void finish();
  // One word for what is wrong, of static storage; empty: nothing so far.
  std::string_view defect() const { return defect_; }

 private:
  void refuse(std::string_view word);
  void white_space(std::size_t octets);

  void base64(std::string_view octets);
  void base64_characters(std::size_t count);
  void end_base64_line();

  void quoted_printable(std::string_view octets);
  void take(char c);
  void take_escape(char c);
  void soft_line_break();
  void begin_after_soft_line_break(bool with_escape);

  TransferEncoding encoding_;
  std::string_view defect_;
  std::size_t white_space_ = 0;
  std::size_t length_ = 0;  // of this line so far, without blanks at its end

  // Of base64.
  std::size_t first_length_ = 0;  // 0: no line has ended
  bool data_has_ended_ = false;   // by a shorter line, or by a blank one

  // Of quoted-printable.
  enum class Escape { kNone, kBegun, kDigit, kSoftBreak };
  Escape escape_ = Escape::kNone;
  int digit_ = 0;
  bool after_line_end_ = false;  // an escaped one is the last of this line
  std::size_t blanks_ = 0;       // at the end of what is there of the line
  std::size_t soft_length_ = 0;  // of lines that a soft break ends
  std::size_t last_soft_ = 0;    // the line before, if its next one counts
};

}  // namespace mime
