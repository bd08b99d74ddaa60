#include "deploy/services/doveauth/http_request.h"

#include <charconv>
#include <system_error>

namespace doveauth {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

class Head {
 public:
  explicit Head(HttpRequest& request) : request_(request) {}

  bool parse(std::string_view head);
  std::size_t body_size() const { return size_; }

 private:
  bool request_line(std::string_view line);
  bool field(std::string_view line);
  bool content_length(std::string_view value);

  HttpRequest& request_;
  std::size_t size_ = 0;
  bool has_size_ = false;
};

bool Head::parse(std::string_view head) {
  std::size_t end = head.find("\r\n");
  if (!request_line(head.substr(0, end))) return false;
  while (end != std::string_view::npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    if (!field(head.substr(0, end))) return false;
  }
  return true;
}

// RFC 9112 3: method SP request-target SP HTTP-version
bool Head::request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || first == 0) {
    return false;
  }
  request_.method = line.substr(0, first);
  request_.path = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  request_.keep_alive = version == "HTTP/1.1";
  return version == "HTTP/1.1" || version == "HTTP/1.0";
}

bool Head::field(std::string_view line) {
  const std::size_t colon = line.find(':');
  // RFC 9112 5.1 and 5.2: no blank before the colon, no folded lines.
  if (colon == std::string_view::npos || colon == 0 ||
      line.substr(0, colon).find_first_of(" \t") != std::string_view::npos) {
    return false;
  }
  const std::string name = lower_case(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "content-length") return content_length(value);
  if (name == "transfer-encoding") return false;
  if (name == "authorization") request_.authorization = value;
  if (name == "connection") {
    const std::string word = lower_case(value);
    if (word == "close") request_.keep_alive = false;
    if (word == "keep-alive") request_.keep_alive = true;
  }
  return true;
}

bool Head::content_length(std::string_view value) {
  std::size_t size = 0;
  const char* end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, size);
  if (has_size_ || value.empty() || parsed.ec != std::errc() ||
      parsed.ptr != end || size > kMaxHttpBody) {
    return false;
  }
  size_ = size;
  has_size_ = true;
  return true;
}

const char* phrase_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    default:
      return "Service Unavailable";
  }
}

}  // namespace

HttpParse parse_http_request(std::string_view octets, HttpRequest& request,
                             std::size_t& consumed) {
  const std::size_t end = octets.find("\r\n\r\n");
  if (end == std::string_view::npos || end > kMaxHttpHead) {
    return octets.size() > kMaxHttpHead ? HttpParse::kBad
                                        : HttpParse::kIncomplete;
  }
  request = {};
  Head head(request);
  if (!head.parse(octets.substr(0, end))) return HttpParse::kBad;
  const std::size_t begin = end + 4;
  if (octets.size() - begin < head.body_size()) return HttpParse::kIncomplete;
  request.body = octets.substr(begin, head.body_size());
  consumed = begin + head.body_size();
  return HttpParse::kComplete;
}

std::string to_octets(const HttpResponse& response, bool keep_alive) {
  return "HTTP/1.1 " + std::to_string(response.status) + ' ' +
         phrase_of(response.status) +
         "\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(response.body.size()) +
         (keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n") +
         response.body;
}

}  // namespace doveauth
