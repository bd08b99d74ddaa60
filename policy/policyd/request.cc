#include "policy/policyd/request.h"

#include <algorithm>
#include <charconv>

#include "policy/policyd/limits.h"

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
  const std::uint32_t bit = 1U << static_cast<unsigned>(attribute);
  if ((present_ & bit) != 0 && !repeated_) repeated_ = attribute;
  present_ |= bit;
  values_[static_cast<std::size_t>(attribute)] = value;
}

Request Request::kept_in(std::string& octets) const {
  std::size_t size = 0;
  for (const std::string_view value : values_) size += value.size();
  octets.clear();
  octets.reserve(size);  // so that no view moves
  Request kept = *this;
  for (std::string_view& value : kept.values_) {
    const std::size_t begin = octets.size();
    octets += value;
    value = {octets.data() + begin, value.size()};
  }
  return kept;
}

RequestParser::Result RequestParser::next(std::string_view& chunk) {
  if (held_is_done_) {
    std::string().swap(held_);
    held_is_done_ = false;
  }
  if (held_.empty()) {
    const std::size_t end = end_of_request(chunk, 0);
    if (end != std::string_view::npos) {
      const std::string_view text = chunk.substr(0, end);
      chunk.remove_prefix(end);
      return parse(text);
    }
    if (chunk.size() > kMaxRequestOctets) return fail("a request too long");
    held_.assign(chunk);
    chunk = {};
    return Result::kNeedMore;
  }
  const std::size_t before = held_.size();
  const std::size_t room = kMaxRequestOctets + 1 - before;
  held_.append(chunk.substr(0, room));
  const std::size_t end = end_of_request(held_, before);
  if (end == std::string::npos) {
    if (held_.size() > kMaxRequestOctets) return fail("a request too long");
    chunk = {};
    return Result::kNeedMore;
  }
  chunk.remove_prefix(end - before);
  held_.resize(end);
  held_is_done_ = true;
  return parse(held_);
}

RequestParser::Result RequestParser::parse(std::string_view text) {
  request_ = {};
  if (text.size() > kMaxRequestOctets) return fail("a request too long");
  if (text.find('\0') != std::string_view::npos) return fail("a NUL octet");
  text.remove_suffix(1);  // the empty line
  std::size_t attributes = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return fail("a line without an attribute");
    }
    if (++attributes > kMaxAttributes) return fail("too many attributes");
    if (const auto attribute = attribute_of(line.substr(0, equals))) {
      request_.set(*attribute, line.substr(equals + 1));
    }
  }
  return Result::kRequest;
}

RequestParser::Result RequestParser::fail(const char* why) {
  broken_ = why;
  return Result::kBroken;
}

}  // namespace policyd
