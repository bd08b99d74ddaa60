// Policy requests are the same in one piece and in any other, and what is held
// between requests is nothing.

#include <cstdint>
#include <string>

#include "policy/policyd/limits.h"
#include "policy/policyd/request.h"
#include "tests/fuzz/check.h"

namespace {

using policyd::RequestParser;

// Feeds pieces of `step` octets (0: all at once); what was told, in words.
std::string told(std::string_view octets, std::size_t step) {
  RequestParser parser;
  std::string words;
  while (!octets.empty()) {
    std::string_view chunk = octets.substr(0, step == 0 ? octets.size() : step);
    octets.remove_prefix(chunk.size());
    while (!chunk.empty()) {
      const std::size_t before = chunk.size();
      const RequestParser::Result result = parser.next(chunk);
      if (result == RequestParser::Result::kBroken) {
        return words + "broken " + parser.broken();
      }
      fuzz::check(chunk.size() < before, "a call takes something");
      if (result == RequestParser::Result::kNeedMore) {
        fuzz::check(chunk.empty() && parser.is_midway(), "all is held");
        continue;
      }
      fuzz::check(!parser.is_midway(), "a request has ended");
      for (std::size_t i = 0; i < policyd::kAttributes; ++i) {
        const auto attribute = static_cast<policyd::Attribute>(i);
        if (!parser.request().has(attribute)) continue;
        words += to_string(attribute);
        words += '=';
        words += parser.request().value(attribute);
        const auto number = parser.request().number(attribute);
        words += number ? std::to_string(*number) : "no number";
      }
      if (parser.request().repeated()) words += " twice";
      words += '\n';
    }
  }
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const std::string whole = told(text, 0);
  for (const std::size_t step :
       {std::size_t{1}, std::size_t{7}, std::size_t{512}}) {
    fuzz::check(told(text, step) == whole, "whole equals chunked");
  }
  return 0;
}
