#pragma once

// As much of HTTP/1.1 (RFC 9112) as Dovecot's Lua client needs: requests with a
// Content-Length, one after the other on a connection.
//
// What is not needed is refused: transfer codings, folded fields, a second
// Content-Length.  Head and body are bounded.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace doveauth {

struct HttpRequest {
  std::string method;
  std::string path;
  std::string authorization;
  std::string body;
  bool keep_alive = true;
};

struct HttpResponse {
  int status = 200;
  std::string body;
};

enum class HttpParse : std::uint8_t { kIncomplete, kComplete, kBad };

inline constexpr std::size_t kMaxHttpHead = std::size_t{8} * 1024;
inline constexpr std::size_t kMaxHttpBody = std::size_t{8} * 1024;

// A request at the front of `octets`; of kComplete, `consumed` is its length.
HttpParse parse_http_request(std::string_view octets, HttpRequest& request,
                             std::size_t& consumed);

std::string to_octets(const HttpResponse& response, bool keep_alive);

}  // namespace doveauth
