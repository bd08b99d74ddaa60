#pragma once

// As much of HTTP/1.1 (RFC 9112) as services behind a proxy need: requests with
// a Content-Length, one after the other on a connection.
//
// What is not needed is refused, because two programs that read one request
// otherwise are a way around the first: transfer codings, folded fields, a
// second Content-Length, a bare LF.  Head and body are bounded (limits.h).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Request {
  std::string method;
  std::string path;   // without the query, as it was sent
  std::string query;  // behind the '?'
  std::vector<std::pair<std::string, std::string>> fields;  // names lower case
  std::string body;
  std::string peer;  // IP address; "" over a unix socket
  bool keep_alive = true;

  // The last field of that name (in lower case); "" without one.
  std::string_view field(std::string_view name) const;
};

struct ParseResult {
  enum class Kind : std::uint8_t { kIncomplete, kComplete, kBad };
  Kind kind = Kind::kIncomplete;
  std::size_t consumed = 0;  // of kComplete: the octets of the request
  int status = 400;          // of kBad: what to answer
};

// A request at the front of `octets`.
ParseResult parse_request(std::string_view octets, Request& request);

// The value of `name` in a query or in a form
// (application/x-www-form-urlencoded), decoded; the first one counts, "" when
// there is none or it is not well encoded.
std::string form_value(std::string_view form, std::string_view name);

}  // namespace http
