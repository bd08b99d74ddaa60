#pragma once

// The quoted-printable transfer encoding (RFC 2045 6.7), chunk by chunk.
//
// What the grammar does not know is passed on as it stands and is a defect: a
// "=" without two hexadecimal digits or a line end, lower-case digits, octets
// that had to be encoded, a soft line break as the last line.  Blanks at the
// end of a line are taken out (rule 3).  Not a defect are lines above 76
// characters: no reader takes them differently.  Carried from chunk to chunk
// is one unfinished escape or a bounded run of blanks.

#include <cstddef>
#include <string>
#include <string_view>

#include "mime/sink.h"

namespace mime {

class QuotedPrintable {
 public:
  // Tells sink.decoded() what `octets` bring.
  void write(std::string_view octets, Sink& sink);
  // Tells what was held back: an escape that never ended.
  void finish(Sink& sink);
  bool is_invalid() const { return is_invalid_; }

 private:
  enum class State {
    kText,
    kBlanks,      // held_: blanks that may end a line
    kEscape,      // held_: "="
    kDigit,       // held_: "=" and one digit
    kSoftBlanks,  // "=" and blanks: a soft line break with padding
    kSoftCr,      // the same and CR
  };
  void take(char c);
  void take_text(char c);
  void take_escape(char c);
  void hold(char c, State state);
  void reject();
  void flush(Sink& sink);

  State state_ = State::kText;
  std::string held_;
  std::string decoded_;  // not yet told
  bool is_invalid_ = false;
};

}  // namespace mime
