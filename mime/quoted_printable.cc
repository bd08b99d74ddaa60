#include "mime/quoted_printable.h"

#include "mime/ascii.h"

namespace mime {
namespace {

// Runs of blanks at a line end are a few octets long; longer ones are told.
constexpr std::size_t kHeldOctets = 256;
// How much is gathered before it is told.
constexpr std::size_t kFlushOctets = 4096;

// The value of a hexadecimal digit, or -1.
int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// RFC 2045 6.7 rule 2.
bool is_literal(char c) { return c > ' ' && c <= '~' && c != '='; }

}  // namespace

void QuotedPrintable::write(std::string_view octets, Sink& sink) {
  std::size_t at = 0;
  while (at < octets.size()) {
    if (state_ == State::kText) {
      const std::size_t begin = at;
      while (at < octets.size() && is_literal(octets[at])) ++at;
      decoded_ += octets.substr(begin, at - begin);
    }
    if (decoded_.size() >= kFlushOctets) flush(sink);
    if (at < octets.size()) take(octets[at++]);
  }
  flush(sink);
}

void QuotedPrintable::flush(Sink& sink) {
  if (decoded_.empty()) return;
  sink.decoded(decoded_);
  decoded_.clear();
}

void QuotedPrintable::take(char c) {
  switch (state_) {
    case State::kText:
      take_text(c);
      return;
    case State::kBlanks:
      if (is_blank(c)) {
        hold(c, State::kBlanks);
        return;
      }
      // RFC 2045 6.7 rule 3: blanks at the end of a line are no content.
      if (c != '\r' && c != '\n') decoded_ += held_;
      held_.clear();
      state_ = State::kText;
      take_text(c);
      return;
    case State::kEscape:
    case State::kDigit:
    case State::kSoftBlanks:
    case State::kSoftCr:
      take_escape(c);
  }
}

void QuotedPrintable::take_text(char c) {
  if (c == '=') {
    hold(c, State::kEscape);
  } else if (is_blank(c)) {
    hold(c, State::kBlanks);
  } else {
    if (!is_literal(c) && c != '\r' && c != '\n') is_invalid_ = true;
    decoded_ += c;
  }
}

// `c` behind a "=" and what held_ has of the escape.
void QuotedPrintable::take_escape(char c) {
  const int digit = digit_value(c);
  if (state_ == State::kDigit && digit >= 0) {
    // RFC 2045 6.7 rule 1: upper case; lower case is decoded all the same.
    if (c >= 'a' || held_[1] >= 'a') is_invalid_ = true;
    decoded_ += static_cast<char>(digit_value(held_[1]) * 16 + digit);
    held_.clear();
    state_ = State::kText;
  } else if (state_ == State::kEscape && digit >= 0) {
    hold(c, State::kDigit);
  } else if (state_ != State::kDigit && c == '\n') {
    held_.clear();  // a soft line break, rule 5
    state_ = State::kText;
  } else if ((state_ == State::kEscape || state_ == State::kSoftBlanks) &&
             (is_blank(c) || c == '\r')) {
    hold(c, c == '\r' ? State::kSoftCr : State::kSoftBlanks);
  } else {
    reject();
    take_text(c);
  }
}

void QuotedPrintable::hold(char c, State state) {
  state_ = state;
  held_ += c;
  if (held_.size() > kHeldOctets) reject();
}

// What is held is text as it stands.
void QuotedPrintable::reject() {
  is_invalid_ = true;
  decoded_ += held_;
  held_.clear();
  state_ = State::kText;
}

void QuotedPrintable::finish(Sink& sink) {
  if (state_ == State::kDigit) {
    reject();
  } else if (state_ != State::kText && state_ != State::kBlanks) {
    is_invalid_ = true;  // rule 5: a soft line break has a line behind it
  }
  flush(sink);
}

}  // namespace mime
