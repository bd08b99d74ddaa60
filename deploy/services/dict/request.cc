#include "deploy/services/dict/request.h"

#include <charconv>

#include "deploy/services/dict/escape.h"

namespace dict {
namespace {

// From this version on the user stands in each request.
constexpr int kUserInRequest = 3;

class Fields {
 public:
  explicit Fields(std::string_view rest) : rest_(rest) {}

  bool at_end() const { return at_end_; }
  // "" behind the last one.
  std::string next() {
    if (at_end_) return {};
    const std::size_t tab = rest_.find('\t');
    std::string field = unescape(rest_.substr(0, tab));
    at_end_ = tab == std::string_view::npos;
    if (!at_end_) rest_.remove_prefix(tab + 1);
    return field;
  }
  // 0 for what is no number.
  template <typename Number>
  Number next_number() {
    const std::string field = next();
    Number number = 0;
    std::from_chars(field.data(), field.data() + field.size(), number);
    return number;
  }

 private:
  std::string_view rest_;
  bool at_end_ = false;
};

void parse_iteration(Fields fields, int major, Request& request) {
  request.flags = fields.next_number<std::uint32_t>();
  request.most_rows = fields.next_number<std::uint64_t>();
  if (major == 0 || major >= kUserInRequest) {
    request.paths.push_back(fields.next());
    request.user = fields.next();
    return;
  }
  while (!fields.at_end()) request.paths.push_back(fields.next());
}

}  // namespace

Request::Kind kind_of(std::string_view line) {
  using enum Request::Kind;
  if (line.empty()) return kOther;
  switch (line[0]) {
    case 'H':
      return kHello;
    case 'L':
      return kLookup;
    case 'I':
      return kIterate;
    case 'B':
      return kBegin;
    case 'C':
      return kCommit;
    case 'D':
      return kQuiet;
    case 'R':
      return kRollback;
    case 'S':
      return kSet;
    case 'U':
      return kUnset;
    case 'A':
      return kAdd;
    default:
      return kOther;
  }
}

bool wants_answer(Request::Kind kind) {
  using enum Request::Kind;
  return kind == kLookup || kind == kIterate || kind == kCommit;
}

Request parse_request(std::string_view line, int major) {
  using enum Request::Kind;
  Request request;
  request.kind = kind_of(line);
  if (request.kind == kOther) return request;
  Fields fields(line.substr(1));
  switch (request.kind) {
    case kHello:
      request.major = fields.next_number<int>();
      fields.next();  // the minor version
      fields.next();  // the type of values
      request.user = fields.next();
      break;
    case kLookup:
      request.key = fields.next();
      request.user = fields.next();
      break;
    case kIterate:
      parse_iteration(fields, major, request);
      break;
    default:
      request.id = fields.next();
      if (request.kind == kBegin) {
        request.user = fields.next();
        break;
      }
      request.key = fields.next();
      if (request.kind == kAdd) {
        request.amount = fields.next_number<std::int64_t>();
      } else {
        request.value = fields.next();
      }
  }
  return request;
}

}  // namespace dict
