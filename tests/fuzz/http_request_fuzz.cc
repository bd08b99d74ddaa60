// A request is found in the same octets however much of them is there: never
// before its last one, and then always the same.

#include <cstdint>
#include <string_view>

#include "deploy/services/http/request.h"
#include "tests/fuzz/check.h"

namespace {

using Kind = http::ParseResult::Kind;

bool are_equal(const http::Request& one, const http::Request& other) {
  return one.method == other.method && one.path == other.path &&
         one.query == other.query && one.fields == other.fields &&
         one.body == other.body && one.keep_alive == other.keep_alive;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  http::Request whole;
  const http::ParseResult result = http::parse_request(text, whole);
  http::form_value(text, "token");
  if (result.kind == Kind::kIncomplete) return 0;
  std::size_t first = 0;
  http::Request request;
  http::ParseResult grown;
  while (first <= size && grown.kind == Kind::kIncomplete) {
    grown = http::parse_request(text.substr(0, first++), request);
  }
  fuzz::check(grown.kind == result.kind && grown.status == result.status,
              "more octets do not change what a request is");
  if (result.kind == Kind::kBad) return 0;
  fuzz::check(result.consumed == first - 1 && result.consumed <= size,
              "a request is complete with its last octet");
  fuzz::check(are_equal(request, whole), "and the same with more behind it");
  return 0;
}
