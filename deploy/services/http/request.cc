#include "deploy/services/http/request.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "deploy/services/http/limits.h"

namespace http {
namespace {

using Kind = ParseResult::Kind;

constexpr int kGood = 0;
constexpr int kBadRequest = 400;
constexpr int kContentTooLarge = 413;
constexpr int kHeadTooLarge = 431;  // RFC 6585 5
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;

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

// RFC 9110 5.6.2
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
  });
}

bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= 0 && c < ' ' && c != '\t') || c == '\x7F';
  });
}

class Head {
 public:
  explicit Head(Request& request) : request_(request) {}

  // kGood, or the status of what is wrong.
  int parse(std::string_view head);
  std::size_t body_size() const { return size_; }

 private:
  int request_line(std::string_view line);
  int field(std::string_view line);
  int content_length(std::string_view value);

  Request& request_;
  std::size_t size_ = 0;
  bool has_size_ = false;
};

int Head::parse(std::string_view head) {
  std::size_t end = head.find("\r\n");
  int status = request_line(head.substr(0, end));
  while (status == kGood && end != std::string_view::npos) {
    head.remove_prefix(end + 2);
    end = head.find("\r\n");
    status = field(head.substr(0, end));
  }
  return status;
}

// RFC 9112 3: method SP request-target SP HTTP-version
int Head::request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last ||
      !is_token(line.substr(0, first))) {
    return kBadRequest;
  }
  request_.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.empty() || has_controls(target) ||
      target.find_first_of(" \t") != std::string_view::npos) {
    return kBadRequest;
  }
  const std::size_t mark = target.find('?');
  request_.path = target.substr(0, mark);
  if (mark != std::string_view::npos) request_.query = target.substr(mark + 1);
  const std::string_view version = line.substr(last + 1);
  request_.keep_alive = version == "HTTP/1.1";
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return kGood;
  return version.starts_with("HTTP/") ? kVersionNotSupported : kBadRequest;
}

int Head::field(std::string_view line) {
  const std::size_t colon = line.find(':');
  // RFC 9112 5.1 and 5.2: no blank before the colon, no folded lines.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return kBadRequest;
  }
  std::string name = lower_case(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (has_controls(value)) return kBadRequest;
  if (name == "transfer-encoding") return kNotImplemented;
  if (name == "content-length") return content_length(value);
  if (name == "connection") {
    const std::string word = lower_case(value);
    if (word == "close") request_.keep_alive = false;
    if (word == "keep-alive") request_.keep_alive = true;
  }
  request_.fields.emplace_back(std::move(name), value);
  return kGood;
}

int Head::content_length(std::string_view value) {
  const bool is_number =
      !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return c >= '0' && c <= '9';
      });
  if (has_size_ || !is_number) return kBadRequest;
  const char* end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, size_);
  if (parsed.ec != std::errc() || size_ > kMaxBody) return kContentTooLarge;
  has_size_ = true;
  return kGood;
}

int value_of_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// "" when it is not well encoded.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (text.size() - i < 3) return {};
    const int high = value_of_digit(text[i + 1]);
    const int low = value_of_digit(text[i + 2]);
    if (high < 0 || low < 0) return {};
    result += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return result;
}

}  // namespace

std::string_view Request::field(std::string_view name) const {
  const auto found =
      std::find_if(fields.rbegin(), fields.rend(),
                   [&](const auto& each) { return each.first == name; });
  return found == fields.rend() ? std::string_view()
                                : std::string_view(found->second);
}

ParseResult parse_request(std::string_view octets, Request& request) {
  constexpr std::string_view head_end = "\r\n\r\n";
  const std::size_t end = octets.find(head_end);
  if (end == std::string_view::npos || end > kMaxHead) {
    if (octets.size() < kMaxHead + head_end.size()) return {};
    return {Kind::kBad, 0, kHeadTooLarge};
  }
  request = {};
  Head head(request);
  const int status = head.parse(octets.substr(0, end));
  if (status != kGood) return {Kind::kBad, 0, status};
  const std::size_t begin = end + head_end.size();
  if (octets.size() - begin < head.body_size()) return {};
  request.body = octets.substr(begin, head.body_size());
  return {Kind::kComplete, begin + head.body_size(), kGood};
}

std::string form_value(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const std::size_t end = form.find('&');
    const std::string_view pair = form.substr(0, end);
    const std::size_t sign = pair.find('=');
    if (pair.substr(0, sign) == name) {
      return sign == std::string_view::npos ? std::string()
                                            : decoded(pair.substr(sign + 1));
    }
    form.remove_prefix(end == std::string_view::npos ? form.size() : end + 1);
  }
  return {};
}

}  // namespace http
