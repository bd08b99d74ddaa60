#include "mime/base64_body.h"

#include <algorithm>
#include <cstdint>

#include "mime/ascii.h"
#include "mime/base64.h"

namespace mime {
namespace {

constexpr std::size_t kBufferOctets = 4096;
using Buffer = std::array<std::uint8_t, kBufferOctets>;

std::string_view text_of(const Buffer& buffer, std::size_t size) {
  return {reinterpret_cast<const char*>(buffer.data()), size};
}

// Longer lines than a buffer are decoded quad by quad.
bool is_line_length(std::size_t length) {
  return length > 0 && length % 4 == 0 && length <= 1024;
}

}  // namespace

void Base64Body::write(std::string_view octets, Sink& sink) {
  while (!octets.empty()) {
    std::size_t used = 0;
    if (quad_size_ == 0 && padding_ == 0 && !has_blank_) {
      used = decode_lines(octets, sink);
    }
    if (used == 0) {
      take(octets[0]);
      if (quad_size_ == 4) flush_quad(sink);
      used = 1;
    }
    octets.remove_prefix(used);
  }
}

// Whole lines while they have the length of the first one, then whole quads.
std::size_t Base64Body::decode_lines(std::string_view octets, Sink& sink) {
  Buffer buffer;
  if (is_line_length(line_length_)) {
    const Base64Lines lines{line_length_, "\r\n"};
    const std::size_t count = decode_base64_lines(octets, lines, buffer);
    if (count > 0) {
      sink.decoded(text_of(buffer, count * (line_length_ / 4 * 3)));
      return count * (line_length_ + lines.end.size());
    }
  }
  const std::size_t used = decode_base64(octets, buffer);
  if (used == 0) return 0;
  sink.decoded(text_of(buffer, used / 4 * 3));
  // A guess for the next line; a wrong one costs time only.
  if (octets.substr(used).starts_with("\r\n")) line_length_ = used;
  return used;
}

void Base64Body::take(char c) {
  if (is_white_space(c)) {
    has_blank_ = is_blank(c) || (has_blank_ && c == '\r');
    return;
  }
  if (has_blank_) is_invalid_ = true;
  if (c == '=') {
    ++padding_;
    // Two or three characters of the quad, and as many '=' as it lacks.
    if (quad_size_ < 2 || quad_size_ + padding_ > 4) is_invalid_ = true;
    return;
  }
  if (padding_ > 0 || base64_value(c) > 63) {
    is_invalid_ = true;
    return;
  }
  quad_[quad_size_++] = c;
}

void Base64Body::flush_quad(Sink& sink) {
  std::array<std::uint8_t, 16> octets = {};
  decode_base64({quad_.data(), 4}, octets);
  const std::size_t size = quad_size_ * 3 / 4;
  quad_size_ = 0;
  sink.decoded({reinterpret_cast<const char*>(octets.data()), size});
}

void Base64Body::finish(Sink& sink) {
  if (quad_size_ == 0) return;
  if (quad_size_ + padding_ != 4) is_invalid_ = true;
  if (quad_size_ == 1) return;  // six bits are no octet
  std::fill(quad_.begin() + quad_size_, quad_.end(), 'A');
  flush_quad(sink);
}

}  // namespace mime
