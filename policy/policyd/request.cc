#include "policy/policyd/request.h"

#include <algorithm>
#include <charconv>

#include "policy/policyd/limits.h"
#include "policy/policyd/line_marks.h"

namespace policyd {
namespace {

// Behind the empty line that ends a request which begins at 0; npos when it
// has not come.  `known` octets were looked at before.
std::size_t end_of_request(std::string_view text, std::size_t known) {
  if (text.starts_with('\n')) return 1;
  const std::size_t end = text.find("\n\n", known > 0 ? known - 1 : 0);
  return end == std::string_view::npos ? end : end + 2;
}

}  // namespace

std::optional<std::uint64_t> Request::number(Attribute attribute) const {
  constexpr std::size_t most_digits = 10;
  const std::string_view text = value(attribute);
  if (text.empty()) return 0;
  if (text.size() > most_digits) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

void Request::set(Attribute attribute, std::string_view value) {
  const std::uint32_t bit = bit_of(attribute);
  if ((present_ & bit) != 0 && !repeated_) repeated_ = attribute;
  present_ |= bit;
  values_[static_cast<std::size_t>(attribute)] = value;
}

Request Request::kept_in(std::string& octets) const {
  std::size_t all = 0;
  for (const std::string_view text : values_) all += text.size();
  octets.clear();
  octets.reserve(all);  // so that no view moves
  Request kept = *this;
  for (std::size_t i = 0; i < kAttributes; ++i) {
    const std::string_view text = value(static_cast<Attribute>(i));
    kept.values_[i] = {octets.data() + octets.size(), text.size()};
    octets += text;
  }
  return kept;
}

RequestParser::Result RequestParser::next(std::string_view& chunk) {
  if (held_is_done_) {
    std::string().swap(held_);
    held_is_done_ = false;
  }
  if (held_.empty()) {
    const std::size_t end = scan(chunk);
    if (end == std::string_view::npos) return hold(chunk, 0);
    const std::string_view text = chunk.substr(0, end);
    chunk.remove_prefix(end);
    return check(text);
  }
  const std::size_t before = held_.size();
  const std::size_t room = kMaxRequestOctets + 1 - before;
  const std::string_view more = chunk.substr(0, room);
  held_.append(more);
  const std::size_t end = end_of_request(held_, before);
  if (end == std::string::npos) {
    chunk.remove_prefix(more.size());
    return hold(chunk, before);
  }
  chunk.remove_prefix(end - before);
  held_.resize(end);
  held_is_done_ = true;
  scan(held_);
  return check(held_);
}

// Keeps the begin of a request.  `before`: what is held already, to which the
// chunk was added as far as there is room.
RequestParser::Result RequestParser::hold(std::string_view& chunk,
                                          std::size_t before) {
  if (before == 0) {
    if (chunk.size() > kMaxRequestOctets) return fail("a request too long");
    held_.assign(chunk);
    chunk = {};
  } else if (held_.size() > kMaxRequestOctets) {
    return fail("a request too long");
  }
  return Result::kNeedMore;
}

// Reads attributes up to the empty line; behind it is what is returned, npos
// when it is not there.
std::size_t RequestParser::scan(std::string_view text) {
  constexpr std::size_t npos = std::string_view::npos;
  request_.clear();
  broken_ = nullptr;
  LineMarks marks(text);
  std::size_t line = 0;
  std::size_t equals = npos;  // the first one in the line
  std::size_t attributes = 0;
  for (std::size_t mark = marks.next(); mark != npos; mark = marks.next()) {
    if (text[mark] == '=') {
      if (equals == npos) equals = mark;
      continue;
    }
    if (mark == line) return mark + 1;
    if (equals == npos || equals == line) {
      broken_ = "a line without an attribute";
    } else if (attributes == kMaxAttributes) {
      broken_ = "too many attributes";
    }
    if (broken_ != nullptr) return end_of_request(text, 0);
    const std::string_view name = text.substr(line, equals - line);
    if (const auto attribute = attribute_of(name)) {
      request_.set(*attribute, text.substr(equals + 1, mark - equals - 1));
    }
    ++attributes;
    line = mark + 1;
    equals = npos;
  }
  return npos;
}

// What scan() has found in a whole request.
RequestParser::Result RequestParser::check(std::string_view text) {
  if (text.size() > kMaxRequestOctets) return fail("a request too long");
  if (text.find('\0') != std::string_view::npos) {
    return fail("a NUL octet");
  }
  return broken_ == nullptr ? Result::kRequest : Result::kBroken;
}

RequestParser::Result RequestParser::fail(const char* why) {
  broken_ = why;
  return Result::kBroken;
}

}  // namespace policyd
