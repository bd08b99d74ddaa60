#include "dkim/canonicalization.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "dkim/blank_scan.h"
#include "dkim/domain_name.h"

namespace dkim {
namespace {

constexpr bool is_wsp(char c) { return c == ' ' || c == '\t'; }

void relax_field(std::string_view name, std::string_view body,
                 std::string& out) {
  while (!name.empty() && is_wsp(name.back())) name.remove_suffix(1);
  const std::size_t start = out.size();
  out.resize(start + name.size() + body.size() + 3);
  char* to = out.data() + start;
  for (const char c : name) *to++ = ascii_lower(c);
  *to++ = ':';
  const char* const value = to;
  bool blank = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (is_wsp(c)) {
      blank = true;
    } else if (c == '\r' && i + 1 < body.size() && body[i + 1] == '\n') {
      ++i;  // unfolding (RFC 6376 3.4.2)
    } else {
      // A blank becomes one SP, but for those at the ends.
      if (blank && to != value) *to++ = ' ';
      blank = false;
      *to++ = c;
    }
  }
  *to++ = '\r';
  *to++ = '\n';
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace

void canonicalize_field(Canonicalization form, std::string_view name,
                        std::string_view body, std::string& out) {
  if (form == Canonicalization::kRelaxed) {
    relax_field(name, body, out);
    return;
  }
  out.append(name).append(1, ':').append(body).append("\r\n");
}

// Gathers small pieces, so that a body full of double spaces does not cost one
// hash call a word.  Lives during one call only.
class BodyCanonicalizer::Output {
 public:
  Output(OctetSink& sink, std::uint64_t& length)
      : sink_(sink), length_(length) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { flush(); }

  void write(std::string_view octets) {
    length_ += octets.size();
    if (octets.size() > buffer_.size() - used_) flush();
    if (octets.size() > buffer_.size() / 4) {
      flush();
      sink_.write(octets);
      return;
    }
    std::memcpy(buffer_.data() + used_, octets.data(), octets.size());
    used_ += octets.size();
  }

 private:
  void flush() {
    if (used_ > 0) sink_.write({buffer_.data(), used_});
    used_ = 0;
  }

  OctetSink& sink_;
  std::uint64_t& length_;
  std::array<char, 1024> buffer_;
  std::size_t used_ = 0;
};

void BodyCanonicalizer::release_line_ends(Output& out) {
  static constexpr std::string_view line_ends =
      "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";
  while (held_line_ends_ > 0) {
    const auto count =
        std::min<std::uint64_t>(held_line_ends_, line_ends.size() / 2);
    out.write(line_ends.substr(0, count * 2));
    held_line_ends_ -= count;
  }
}

// Hands on all but the line ends at the end, which may be the last ones.
void BodyCanonicalizer::emit(std::string_view octets, Output& out) {
  if (octets.empty()) return;
  if (held_cr_) {
    held_cr_ = false;
    if (octets.front() == '\n') {
      ++held_line_ends_;
      octets.remove_prefix(1);
      if (octets.empty()) return;
    } else {
      release_line_ends(out);
      out.write("\r");
    }
  }
  std::size_t end = octets.size();
  if (octets.back() == '\r') {
    held_cr_ = true;
    --end;
  }
  std::uint64_t line_ends = 0;
  while (end >= 2 && octets[end - 1] == '\n' && octets[end - 2] == '\r') {
    end -= 2;
    ++line_ends;
  }
  if (end > 0) {
    release_line_ends(out);
    out.write(octets.substr(0, end));
  }
  held_line_ends_ += line_ends;
}

// `at` is behind a run of white space: whether it was inside a line or at its
// end.  Returns where to go on.
std::size_t BodyCanonicalizer::resolve_blank(std::string_view chunk,
                                             std::size_t at, Output& out) {
  if (at == chunk.size()) {
    held_blank_ = HeldBlank::kBlank;
    return at;
  }
  if (chunk[at] == '\r') {
    if (at + 1 == chunk.size()) {
      held_blank_ = HeldBlank::kBlankAndCr;
      return at + 1;
    }
    if (chunk[at + 1] == '\n') return at;
  }
  emit(" ", out);
  return at;
}

std::size_t BodyCanonicalizer::resume(std::string_view chunk, Output& out) {
  const HeldBlank held = held_blank_;
  held_blank_ = HeldBlank::kNothing;
  if (held == HeldBlank::kBlankAndCr) {
    if (chunk.front() != '\n') emit(" ", out);
    emit("\r", out);
    return 0;
  }
  if (held == HeldBlank::kNothing) return 0;
  std::size_t at = 0;
  while (at < chunk.size() && is_wsp(chunk[at])) ++at;
  return resolve_blank(chunk, at, out);
}

void BodyCanonicalizer::write_relaxed(std::string_view chunk, Output& out) {
  std::size_t at = resume(chunk, out);
  while (at < chunk.size()) {
    const std::size_t blank = find_changing_blank(chunk, at);
    emit(chunk.substr(at, blank - at), out);
    at = blank;
    while (at < chunk.size() && is_wsp(chunk[at])) ++at;
    if (at > blank) at = resolve_blank(chunk, at, out);
  }
}

void BodyCanonicalizer::write(std::string_view chunk, OctetSink& sink) {
  if (chunk.empty()) return;
  Output out(sink, length_);
  if (form_ == Canonicalization::kSimple) {
    emit(chunk, out);
  } else {
    write_relaxed(chunk, out);
  }
}

void BodyCanonicalizer::finish(OctetSink& sink) {
  Output out(sink, length_);
  if (held_blank_ == HeldBlank::kBlankAndCr) {
    emit(" \r", out);
  }
  held_blank_ = HeldBlank::kNothing;  // white space at the end of a line
  if (held_cr_) {
    held_cr_ = false;
    release_line_ends(out);
    out.write("\r");
  }
  // Empty lines at the end are one CRLF; so is no body at all in the simple
  // form (RFC 6376 3.4.3), and nothing in the relaxed one (3.4.4).
  held_line_ends_ = 0;
  if (form_ == Canonicalization::kSimple || length_ > 0) out.write("\r\n");
}

}  // namespace dkim
