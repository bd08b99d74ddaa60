#pragma once

// ASCII armor (RFC 9580 6) off an OpenPGP message: text in, octets out.
//
//   -----BEGIN PGP MESSAGE-----      only white space before
//   Version: GnuPG v2                header lines, if wanted (armor_header.h)
//                                    a blank line
//   hQEMA5...                        base64, in lines of one length
//   =njUN                            CRC24, verified; may be missing
//   -----END PGP MESSAGE-----        only white space behind
//
// Pull style, so that the caller owns the buffer for octets and the reader
// keeps no more than one line that is not base64.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mime/armor_header.h"
#include "mime/crc24.h"
#include "mime/openpgp_defect.h"

namespace mime {

class ArmorReader {
 public:
  // The smallest buffer that read() takes.
  static constexpr std::size_t kMinBuffer = 128;

  explicit ArmorReader(bool header_lines) : header_lines_(header_lines) {}

  // Consumes from the front of `text` as much as fits, decoded, into `out`,
  // and returns how many octets were written there.  Call until `text` is
  // empty.  Once there is a defect, all text is consumed and ignored.
  std::size_t read(std::string_view& text, std::span<std::uint8_t> out);
  OpenPgpDefect defect() const { return defect_; }
  // Call after the last read(): the defect that the end of the input is.
  OpenPgpDefect finish();

 private:
  enum class Step : std::uint8_t {
    kBegin,     // the BEGIN line is next
    kHeaders,   // header lines or the blank line
    kData,      // base64
    kChecksum,  // a line that began with '=' in the place of base64
    kEnd,       // the END line
    kAfter      // white space
  };

  void refuse(OpenPgpDefect defect);
  std::size_t read_data(std::string_view& text, std::span<std::uint8_t> out);
  std::size_t read_lines(std::string_view& text, std::span<std::uint8_t> out);
  std::size_t read_quad(std::string_view& text, std::span<std::uint8_t> out);
  std::size_t data_character(char character, std::span<std::uint8_t> out);
  std::size_t padding(std::span<std::uint8_t> out);
  void data_white_space(char character);
  void count_character();
  std::size_t longest_line() const;
  void end_data_line();
  void collect_line(std::string_view& text);
  OpenPgpDefect long_line_defect() const;
  void whole_line(std::string_view line);
  void begin_line(std::string_view line);
  void header_line(std::string_view line);
  void checksum_line(std::string_view line);
  void end_line(std::string_view line);
  void white_space(std::size_t octets);

  bool header_lines_;
  Step step_ = Step::kBegin;
  OpenPgpDefect defect_ = OpenPgpDefect::kNone;
  ArmorHeaders headers_;
  std::size_t white_space_ = 0;  // octets outside the armor's own lines
  std::uint32_t crc_ = kCrc24Init;

  // The line being collected, where it is not base64.
  std::array<char, 96> line_{};
  std::size_t line_size_ = 0;

  // The base64 line being read.
  std::size_t characters_ = 0;   // of this line so far
  std::size_t line_length_ = 0;  // of the first, once it has ended
  bool last_line_ = false;       // the line before was the last there may be
  std::array<std::uint8_t, 4> quad_{};
  std::uint8_t quad_size_ = 0;
  std::uint8_t padding_ = 0;  // '=' characters seen
  bool after_cr_ = false;
  bool after_blank_ = false;  // white space at the end of the line
};

}  // namespace mime
