#include "mime/armor.h"

#include <algorithm>

#include "mime/base64.h"
#include "mime/openpgp_limits.h"

namespace mime {
namespace {

constexpr std::string_view kBeginLine = "-----BEGIN PGP MESSAGE-----";
constexpr std::string_view kEndLine = "-----END PGP MESSAGE-----";

// Longer lines are decoded without looking for their end first.
constexpr std::size_t kLongestWholeLine = 128;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The line without the blanks at its end, which RFC 9580 6.2.1 ignores.
std::string_view without_trailing_blanks(std::string_view line) {
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  return line;
}

}  // namespace

void ArmorReader::refuse(OpenPgpDefect defect) {
  if (defect_ == OpenPgpDefect::kNone) defect_ = defect;
}

std::size_t ArmorReader::read(std::string_view& text,
                              std::span<std::uint8_t> out) {
  std::size_t written = 0;
  while (!text.empty() && defect_ == OpenPgpDefect::kNone) {
    if (step_ == Step::kData) {
      if (out.size() - written < kMinBuffer) break;
      const std::size_t octets = read_data(text, out.subspan(written));
      crc_ = crc24(crc_, out.subspan(written, octets));
      written += octets;
    } else {
      collect_line(text);
    }
  }
  if (defect_ != OpenPgpDefect::kNone) text = {};
  return written;
}

std::size_t ArmorReader::read_data(std::string_view& text,
                                   std::span<std::uint8_t> out) {
  const bool at_line_start = characters_ == 0 && !after_cr_ && !after_blank_;
  if (at_line_start) {
    if (text.front() == '=' || text.front() == '-') {
      if (quad_size_ != 0) {
        refuse(OpenPgpDefect::kInvalidPadding);
        return 0;
      }
      step_ = text.front() == '=' ? Step::kChecksum : Step::kEnd;
      return 0;
    }
    if (quad_size_ == 0 && padding_ == 0 && !last_line_) {
      const std::size_t written = read_lines(text, out);
      if (written != 0) return written;
    }
  }
  return read_quad(text, out);
}

// As many whole lines, as long as the first, as there are.
std::size_t ArmorReader::read_lines(std::string_view& text,
                                    std::span<std::uint8_t> out) {
  const std::size_t newline = text.substr(0, kLongestWholeLine).find('\n');
  if (newline == std::string_view::npos || newline == 0) return 0;
  const bool crlf = text[newline - 1] == '\r';
  const Base64Lines lines{newline - (crlf ? 1 : 0),
                          std::string_view("\r\n").substr(crlf ? 0 : 1)};
  if (lines.length < kMinArmorLine || lines.length % 4 != 0 ||
      (line_length_ != 0 && lines.length != line_length_))
    return 0;
  const std::size_t decoded = decode_base64_lines(text, lines, out);
  if (decoded != 0) line_length_ = lines.length;
  text.remove_prefix(decoded * (lines.length + lines.end.size()));
  return decoded * (lines.length / 4 * 3);
}

// Characters of one line, until something else than the alphabet comes.
std::size_t ArmorReader::read_quad(std::string_view& text,
                                   std::span<std::uint8_t> out) {
  std::size_t written = 0;
  while (!text.empty() && defect_ == OpenPgpDefect::kNone &&
         out.size() - written >= 3) {
    if (quad_size_ == 0 && padding_ == 0 && !after_cr_ && !after_blank_ &&
        !last_line_ && characters_ < longest_line()) {
      const std::string_view rest =
          text.substr(0, longest_line() - characters_);
      const std::size_t read = decode_base64(rest, out.subspan(written));
      text.remove_prefix(read);
      characters_ += read;
      written += read / 4 * 3;
      if (text.empty() || out.size() - written < 3) break;
    }
    const char character = text.front();
    text.remove_prefix(1);
    written += data_character(character, out.subspan(written));
    if (character == '\n') break;
  }
  return written;
}

std::size_t ArmorReader::data_character(char character,
                                        std::span<std::uint8_t> out) {
  if (after_cr_ && character != '\n') {
    refuse(OpenPgpDefect::kBareCr);
    return 0;
  }
  if (character == '\n') {
    end_data_line();
    return 0;
  }
  if (character == '\r' || is_blank(character)) {
    data_white_space(character);
    return 0;
  }
  const std::uint8_t value = base64_value(character);
  if (after_blank_ || (value > 63 && character != '=')) {
    refuse(OpenPgpDefect::kInvalidBase64);
    return 0;
  }
  if (padding_ != 0 && character != '=') {
    refuse(OpenPgpDefect::kInvalidPadding);
    return 0;
  }
  count_character();
  if (character == '=') return padding(out);
  quad_[quad_size_++] = value;
  if (quad_size_ < 4) return 0;
  quad_size_ = 0;
  out[0] = static_cast<std::uint8_t>(quad_[0] << 2 | quad_[1] >> 4);
  out[1] = static_cast<std::uint8_t>(quad_[1] << 4 | quad_[2] >> 2);
  out[2] = static_cast<std::uint8_t>(quad_[2] << 6 | quad_[3]);
  return 3;
}

std::size_t ArmorReader::padding(std::span<std::uint8_t> out) {
  ++padding_;
  if (padding_ == 1 && quad_size_ == 3) {
    quad_size_ = 0;
    // The bits that no octet takes are zero.  // RFC 4648 3.5
    if ((quad_[2] & 0x03) != 0) refuse(OpenPgpDefect::kInvalidPadding);
    out[0] = static_cast<std::uint8_t>(quad_[0] << 2 | quad_[1] >> 4);
    out[1] = static_cast<std::uint8_t>(quad_[1] << 4 | quad_[2] >> 2);
    return 2;
  }
  if (padding_ == 2 && quad_size_ == 2) {
    quad_size_ = 0;
    if ((quad_[1] & 0x0F) != 0) refuse(OpenPgpDefect::kInvalidPadding);
    out[0] = static_cast<std::uint8_t>(quad_[0] << 2 | quad_[1] >> 4);
    return 1;
  }
  // The first of two is the only one that changes nothing.
  if (padding_ != 1 || quad_size_ != 2) refuse(OpenPgpDefect::kInvalidPadding);
  return 0;
}

void ArmorReader::data_white_space(char character) {
  white_space(1);
  if (character == '\r') {
    after_cr_ = true;
  } else {
    after_blank_ = true;
  }
}

std::size_t ArmorReader::longest_line() const {
  return line_length_ == 0 ? kMaxArmorLine : line_length_;
}

// Stricter than RFC 9580 6: writers break lines by counting.  Lines of any
// length could be broken so that their first characters spell something.
void ArmorReader::count_character() {
  ++characters_;
  if (characters_ > kMaxArmorLine) refuse(OpenPgpDefect::kArmorLineTooLong);
  if (last_line_ || characters_ > longest_line())
    refuse(OpenPgpDefect::kUnevenArmorLines);
}

void ArmorReader::end_data_line() {
  // One pad character where two are due.
  if (padding_ != 0 && quad_size_ != 0) refuse(OpenPgpDefect::kInvalidPadding);
  if (characters_ == 0) refuse(OpenPgpDefect::kBlankLineInArmor);
  if (line_length_ == 0) line_length_ = characters_;
  last_line_ = characters_ < std::max(line_length_, kMinArmorLine);
  if (after_cr_) --white_space_;  // belongs to the line end
  characters_ = 0;
  after_cr_ = false;
  after_blank_ = false;
}

void ArmorReader::white_space(std::size_t octets) {
  white_space_ += octets;
  if (white_space_ > kMaxArmorWhiteSpace)
    refuse(OpenPgpDefect::kTooMuchWhiteSpace);
}

// Takes octets up to the line end and, when it is there, the whole line.
void ArmorReader::collect_line(std::string_view& text) {
  const std::size_t newline = text.find('\n');
  const std::string_view piece = text.substr(0, newline);
  // Blanks at the end may be many; they are counted, not kept.
  for (const char character : piece) {
    if (after_cr_) return refuse(OpenPgpDefect::kBareCr);
    if (character == '\r') {
      after_cr_ = true;
    } else if (line_size_ == line_.size()) {
      if (!is_blank(character)) return refuse(long_line_defect());
      white_space(1);
    } else {
      line_[line_size_++] = character;
    }
  }
  text.remove_prefix(piece.size());
  if (newline == std::string_view::npos) return;
  text.remove_prefix(1);
  whole_line({line_.data(), line_size_});
  line_size_ = 0;
  after_cr_ = false;
}

OpenPgpDefect ArmorReader::long_line_defect() const {
  switch (step_) {
    case Step::kBegin:
      return OpenPgpDefect::kNoArmor;
    case Step::kHeaders:
      return header_lines_ ? OpenPgpDefect::kUnknownArmorHeader
                           : OpenPgpDefect::kArmorHeader;
    case Step::kChecksum:
      return OpenPgpDefect::kInvalidChecksumLine;
    case Step::kAfter:
      return OpenPgpDefect::kTextAfterArmor;
    default:
      return OpenPgpDefect::kNoArmorEnd;
  }
}

void ArmorReader::whole_line(std::string_view line) {
  const std::size_t length = line.size();
  line = without_trailing_blanks(line);
  white_space(length - line.size());
  switch (step_) {
    case Step::kBegin:
      return begin_line(line);
    case Step::kHeaders:
      return header_line(line);
    case Step::kChecksum:
      return checksum_line(line);
    case Step::kEnd:
      return end_line(line);
    case Step::kAfter:
      if (!line.empty()) refuse(OpenPgpDefect::kTextAfterArmor);
      return white_space(1);
    case Step::kData:
      return;
  }
}

void ArmorReader::begin_line(std::string_view line) {
  if (line.empty()) return white_space(1);
  if (line == kBeginLine) {
    step_ = Step::kHeaders;
  } else if (line.starts_with("-----BEGIN PGP ") && line.ends_with("-----")) {
    refuse(OpenPgpDefect::kWrongArmor);
  } else {
    refuse(OpenPgpDefect::kNoArmor);
  }
}

void ArmorReader::header_line(std::string_view line) {
  if (line.empty()) {
    step_ = Step::kData;
  } else if (line.find(':') == std::string_view::npos) {
    refuse(OpenPgpDefect::kNoBlankLine);
  } else if (!header_lines_) {
    refuse(OpenPgpDefect::kArmorHeader);
  } else {
    const OpenPgpDefect defect = headers_.line(line);
    if (defect != OpenPgpDefect::kNone) refuse(defect);
  }
}

void ArmorReader::checksum_line(std::string_view line) {
  std::array<std::uint8_t, 3> octets{};
  if (line.size() != 5 || decode_base64(line.substr(1), octets) != 4)
    return refuse(OpenPgpDefect::kInvalidChecksumLine);
  const std::uint32_t written = std::uint32_t{octets[0]} << 16 |
                                std::uint32_t{octets[1]} << 8 | octets[2];
  // RFC 9580 6.1 lets a reader ignore it.  Stricter: a program writes the
  // right one or none.
  if (written != crc_) refuse(OpenPgpDefect::kWrongChecksum);
  step_ = Step::kEnd;
}

void ArmorReader::end_line(std::string_view line) {
  if (line != kEndLine) return refuse(OpenPgpDefect::kNoArmorEnd);
  step_ = Step::kAfter;
}

OpenPgpDefect ArmorReader::finish() {
  if (defect_ != OpenPgpDefect::kNone) return defect_;
  // The last line may lack its line end.
  if (after_cr_) refuse(OpenPgpDefect::kBareCr);
  if (step_ == Step::kEnd || step_ == Step::kAfter)
    whole_line({line_.data(), line_size_});
  if (step_ == Step::kBegin) refuse(OpenPgpDefect::kNoArmor);
  if (step_ != Step::kAfter) refuse(OpenPgpDefect::kNoArmorEnd);
  return defect_;
}

}  // namespace mime
