#include "mime/header_reader.h"

#include <algorithm>

#include "mime/ascii.h"
#include "mime/field_text.h"
#include "mime/limits.h"

namespace mime {
namespace {

// After so many octets it is certain how a line begins.
constexpr std::size_t kCertainOctets = kFieldNameOctets + kBoundaryLineOctets;

}  // namespace

void HeaderReader::begin() {
  std::string().swap(held_);
  std::string().swap(normalised_);
  raw_size_ = 0;
  in_field_ = false;
  was_told_ = false;
  defects_ = DefectSet();
}

HeaderReader::Event HeaderReader::read(std::string_view& octets,
                                       const BoundaryStack& boundaries) {
  release();
  if (octets.empty()) return Event::kMore;
  if (!in_field_) {
    const Event event = read_start(octets, boundaries);
    if (!in_field_) return event;
  }
  return read_field(octets);
}

HeaderReader::Event HeaderReader::finish(const BoundaryStack& boundaries) {
  release();
  if (in_field_) return tell_field(held_);
  if (held_.empty()) return Event::kEnd;
  if (start_of(held_, boundaries, true) == Start::kBoundaryLine) {
    held_.clear();
    return Event::kBoundaryLine;
  }
  return Event::kBodyLine;
}

// The field of the last event is done with.
void HeaderReader::release() {
  if (!was_told_) return;
  was_told_ = false;
  held_.clear();
  raw_size_ = 0;
}

HeaderReader::Start HeaderReader::start_of(std::string_view text,
                                           const BoundaryStack& boundaries,
                                           bool at_end) {
  if (text.starts_with('\n') || text.starts_with("\r\n")) {
    empty_line_size_ = text[0] == '\n' ? 1 : 2;
    return Start::kEmptyLine;
  }
  if (text == "\r") return at_end ? Start::kBodyLine : Start::kUnknown;
  if (text[0] == '-') {
    boundary_ = boundaries.match(text, at_end);
    if (boundary_.kind == BoundaryMatch::Kind::kYes) {
      const std::string_view line = text.substr(0, boundary_.length);
      if (line.ends_with('\n') && !line.ends_with("\r\n")) {
        defects_.add(Defect::kBareLf);
      }
      return Start::kBoundaryLine;
    }
    if (boundary_.kind == BoundaryMatch::Kind::kMaybe) return Start::kUnknown;
    if (boundary_.is_ambiguous) defects_.add(Defect::kAmbiguousBoundaryLine);
  }
  const std::size_t most = std::min(text.size(), kFieldNameOctets);
  std::size_t at = 0;
  while (at < most && is_ftext(text[at])) ++at;
  if (at == 0) return Start::kBodyLine;
  while (at < most && is_blank(text[at])) ++at;
  if (at == kFieldNameOctets) return Start::kBodyLine;
  if (at == text.size()) return at_end ? Start::kBodyLine : Start::kUnknown;
  return text[at] == ':' ? Start::kField : Start::kBodyLine;
}

HeaderReader::Event HeaderReader::read_start(std::string_view& octets,
                                             const BoundaryStack& boundaries) {
  const std::size_t held = held_.size();
  Start start = Start::kUnknown;
  if (held == 0) {
    start = start_of(octets, boundaries, false);
    if (start == Start::kUnknown) held_ = octets;
  } else {
    held_ += octets.substr(0, kCertainOctets);
    start = start_of(held_, boundaries, false);
    if (start != Start::kUnknown) held_.resize(held);
  }
  switch (start) {
    case Start::kUnknown:
      octets = {};
      return Event::kMore;
    case Start::kField:
      in_field_ = true;
      raw_size_ = held;
      last_ = '\0';
      return Event::kMore;
    case Start::kBodyLine:
      return Event::kBodyLine;
    case Start::kEmptyLine:
      if (empty_line_size_ == 1) defects_.add(Defect::kBareLf);
      octets.remove_prefix(empty_line_size_ - held);
      held_.clear();
      return Event::kEnd;
    case Start::kBoundaryLine:
      break;
  }
  octets.remove_prefix(boundary_.length - held);
  held_.clear();
  return Event::kBoundaryLine;
}

// A field ends where the line behind a line end does not begin with a blank
// (RFC 5322 2.2.3).
HeaderReader::Event HeaderReader::read_field(std::string_view& octets) {
  std::size_t end = 0;
  bool is_whole = last_ == '\n' && !is_blank(octets[0]);
  while (!is_whole) {
    const std::size_t lf = octets.find('\n', end);
    if (lf == std::string_view::npos || lf + 1 == octets.size()) {
      hold(octets);
      octets = {};
      return Event::kMore;
    }
    end = lf + 1;
    is_whole = !is_blank(octets[end]);
  }
  std::string_view raw = octets.substr(0, end);
  octets.remove_prefix(end);
  if (raw_size_ > 0) {
    hold(raw);
    raw = held_;
  } else {
    raw_size_ = raw.size();
  }
  return tell_field(raw);
}

// Above the limit nothing is held: the field will not be told.
void HeaderReader::hold(std::string_view octets) {
  raw_size_ += octets.size();
  if (raw_size_ > field_octets_) {
    std::string().swap(held_);
  } else {
    held_ += octets;
  }
  if (!octets.empty()) last_ = octets.back();
}

HeaderReader::Event HeaderReader::tell_field(std::string_view raw) {
  in_field_ = false;
  was_told_ = true;
  field_size_ = raw_size_;
  is_too_large_ = raw_size_ > field_octets_;
  field_ = HeaderField();
  if (is_too_large_) return Event::kField;
  raw = normalised(raw);
  if (raw.ends_with("\r\n")) raw.remove_suffix(2);
  const std::size_t colon = raw.find(':');
  field_.name = raw.substr(0, colon);
  field_.body = raw.substr(colon + 1);
  return Event::kField;
}

// The same with every line end as CRLF.
std::string_view HeaderReader::normalised(std::string_view raw) {
  const auto find_bare_lf = [&](std::size_t from) {
    std::size_t lf = raw.find('\n', from);
    while (lf != std::string_view::npos && lf > 0 && raw[lf - 1] == '\r') {
      lf = raw.find('\n', lf + 1);
    }
    return lf;
  };
  std::size_t lf = find_bare_lf(0);
  if (lf == std::string_view::npos) return raw;
  defects_.add(Defect::kBareLf);
  normalised_.clear();
  std::size_t begin = 0;
  for (; lf != std::string_view::npos; lf = find_bare_lf(lf + 1)) {
    normalised_ += raw.substr(begin, lf - begin);
    normalised_ += "\r\n";
    begin = lf + 1;
  }
  normalised_ += raw.substr(begin);
  return normalised_;
}

}  // namespace mime
