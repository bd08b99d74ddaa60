#pragma once

// The base64 transfer encoding (RFC 2045 6.8), chunk by chunk.
//
// Line ends may stand anywhere and blanks behind a line; every other octet
// outside the alphabet is left out, as RFC 2045 6.8 asks, and is a defect, as
// is a blank before data: with blanks a picture could be drawn.  Behind the
// padding the data has ended: some readers go on there, so what follows is a
// defect, and it is not decoded.  Carried from chunk to chunk are at most
// three characters.

#include <array>
#include <cstddef>
#include <string_view>

#include "mime/sink.h"

namespace mime {

class Base64Body {
 public:
  // Tells sink.decoded() what `octets` bring.
  void write(std::string_view octets, Sink& sink);
  // Tells what an unpadded end leaves, which is a defect.
  void finish(Sink& sink);
  bool is_invalid() const { return is_invalid_; }

 private:
  std::size_t skip_or_hold(std::string_view octets);
  std::size_t decode_lines(std::string_view octets, Sink& sink);
  void take(char c);
  void flush_quad(Sink& sink);

  std::array<char, 4> quad_ = {};
  std::size_t quad_size_ = 0;
  std::size_t padding_ = 0;      // '=' seen
  std::size_t line_length_ = 0;  // of the last line, 0 unknown
  bool has_blank_ = false;       // in this line, no data behind it yet
  bool is_invalid_ = false;
};

}  // namespace mime
