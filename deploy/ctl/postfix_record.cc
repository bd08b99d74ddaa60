#include "deploy/ctl/postfix_record.h"

#include <algorithm>

namespace ctl {
namespace {

constexpr std::size_t kLineLengthLimit = 2048;

}  // namespace

std::size_t PostfixRecordReader::piece_size() const {
  std::size_t size = kLineLengthLimit;
  if (entry_ == Entry::kSmtp) {
    // On the wire a dot at the start of a line is doubled (RFC 5321 4.5.2).
    if (at_line_start_ && octets_.starts_with('.')) --size;
    // smtpd does not cut a CRLF in two.
    const bool in_crlf = octets_.size() > size && octets_[size - 1] == '\r' &&
                         octets_[size] == '\n';
    if (in_crlf) ++size;
  }
  return std::min(octets_.size(), size);
}

PostfixRecord PostfixRecordReader::next() {
  const std::string_view window = octets_.substr(0, piece_size());
  const std::size_t line_feed = window.find('\n');
  at_line_start_ = line_feed != std::string_view::npos;
  PostfixRecord record;
  record.line_goes_on = !at_line_start_;
  std::string_view text = window.substr(0, line_feed);
  octets_.remove_prefix(text.size() + (at_line_start_ ? 1 : 0));
  // Every CR in front of the LF belongs to the line end.
  while (at_line_start_ && text.ends_with('\r')) text.remove_suffix(1);
  record.text = text;
  return record;
}

}  // namespace ctl
