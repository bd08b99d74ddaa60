#include "mime/encoded_lines.h"

#include <algorithm>

#include "mime/ascii.h"
#include "mime/base64.h"
#include "mime/openpgp_limits.h"

namespace mime {
namespace {

constexpr std::size_t kMostEncodedLine = 76;  // RFC 2045 6.7, 6.8
constexpr std::size_t kLeastSoftLine = 72;    // an escape did not fit

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_plain(char c) { return c > ' ' && c != '='; }

}  // namespace

void EncodedLines::refuse(std::string_view word) {
  if (defect_.empty()) defect_ = word;
}

void EncodedLines::white_space(std::size_t octets) {
  white_space_ += octets;
  if (white_space_ > kMaxArmorWhiteSpace) refuse("encoded-white-space");
}

void EncodedLines::write(std::string_view octets) {
  if (!defect_.empty()) return;
  if (encoding_ == TransferEncoding::kBase64) {
    base64(octets);
  } else if (encoding_ == TransferEncoding::kQuotedPrintable) {
    quoted_printable(octets);
  }
}

void EncodedLines::finish() {
  if (encoding_ == TransferEncoding::kBase64 && length_ != 0) {
    end_base64_line();
  }
}

void EncodedLines::base64(std::string_view octets) {
  while (!octets.empty()) {
    const std::size_t newline = octets.find('\n');
    const std::string_view line = octets.substr(0, newline);
    std::size_t size = line.size();
    while (size != 0 && is_white_space(line[size - 1])) --size;
    if (size != 0) base64_characters(size);
    const std::string_view behind = line.substr(size);
    white_space(behind.size() -
                static_cast<std::size_t>(behind.ends_with('\r')));
    octets.remove_prefix(line.size());
    if (newline == std::string_view::npos) return;
    octets.remove_prefix(1);
    end_base64_line();
  }
}

void EncodedLines::base64_characters(std::size_t count) {
  if (data_has_ended_) refuse("uneven-base64-lines");
  if (length_ == 0 && first_length_ > kMostEncodedLine) {
    refuse("uneven-base64-lines");
  }
  length_ += count;
  if (first_length_ != 0 && length_ > first_length_) {
    refuse("uneven-base64-lines");
  }
}

void EncodedLines::end_base64_line() {
  if (length_ == 0) {
    white_space(1);
    data_has_ended_ = first_length_ != 0;
    return;
  }
  if (first_length_ == 0) first_length_ = length_;
  // As in armor, so are lines that others follow.
  data_has_ended_ = length_ < std::max(first_length_, kMinArmorLine);
  length_ = 0;
}

void EncodedLines::quoted_printable(std::string_view octets) {
  while (!octets.empty()) {
    if (escape_ != Escape::kNone) {
      take_escape(octets[0]);
      octets.remove_prefix(1);
      continue;
    }
    take(octets[0]);
    octets.remove_prefix(1);
    std::size_t plain = 0;
    while (length_ != 0 && escape_ == Escape::kNone && blanks_ == 0 &&
           plain < octets.size() && is_plain(octets[plain])) {
      ++plain;
    }
    if (plain != 0) after_line_end_ = false;
    length_ += plain;
    octets.remove_prefix(plain);
  }
}

void EncodedLines::take(char c) {
  if (c == '\r') return;
  if (c == '\n') {
    white_space(blanks_ + (length_ == 0 ? 1 : 0));
    length_ = 0;
    blanks_ = 0;
    last_soft_ = 0;
    return;
  }
  if (is_blank(c)) {
    ++blanks_;
    return;
  }
  if (length_ == 0) begin_after_soft_line_break(c == '=' && blanks_ == 0);
  length_ += blanks_ + 1;
  blanks_ = 0;
  if (c == '=') {
    escape_ = Escape::kBegun;
  } else {
    after_line_end_ = false;
  }
}

// `c` behind a "=".  What is no escape the decoder refuses.
void EncodedLines::take_escape(char c) {
  if (c == '\n') {
    soft_line_break();
    return;
  }
  if (c == '\r') return;
  if (is_blank(c)) {
    white_space(1);
    escape_ = Escape::kSoftBreak;
    return;
  }
  ++length_;
  if (escape_ == Escape::kBegun) {
    digit_ = digit_value(c);
    escape_ = Escape::kDigit;
    return;
  }
  const int value = digit_ * 16 + digit_value(c);
  // Stricter than RFC 2045 6.7 rule 1, which lets any octet be escaped.
  if (value >= 0 && base64_value(static_cast<char>(value)) < 64) {
    refuse("needless-escape");
  }
  after_line_end_ = value == '\r' || value == '\n';
  escape_ = Escape::kNone;
}

void EncodedLines::soft_line_break() {
  if (after_line_end_) {
    last_soft_ = 0;
  } else if (length_ < kLeastSoftLine || length_ > kMostEncodedLine) {
    refuse("uneven-soft-line-breaks");
  } else {
    last_soft_ = length_;
  }
  escape_ = Escape::kNone;
  after_line_end_ = false;
  length_ = 0;
}

void EncodedLines::begin_after_soft_line_break(bool with_escape) {
  if (last_soft_ == 0) return;
  if (soft_length_ == 0 && !with_escape) soft_length_ = last_soft_;
  if (last_soft_ != soft_length_ && !with_escape) {
    refuse("uneven-soft-line-breaks");
  }
  last_soft_ = 0;
}

}  // namespace mime
