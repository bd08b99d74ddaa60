// A message read whole, in chunks of any size, and as a milter sees it gives
// the same events.

#include <catch2/catch.hpp>
#include <string>

#include "tests/mime/parse_whole.h"
#include "tests/mime/sample_messages.h"

namespace {

// A milter is given fields: what Postfix makes of anything else is not ours.
bool has_plain_header(const std::string& message, const std::string& trace) {
  const std::size_t end = trace.find("0 begin ");
  return trace.substr(0, end).find("0 defect") == std::string::npos &&
         message.find("\r\n") != std::string::npos;
}

TEST_CASE("Samples are read alike in every chunking and by both ways in") {
  std::size_t by_milter = 0;
  for (const std::string& message : mime::sample_messages()) {
    CAPTURE(message.substr(0, 300));
    const std::string trace = mime::trace_of(message);
    for (const std::size_t chunk : {1, 2, 3, 7, 64, 65, 1000}) {
      CAPTURE(chunk);
      CHECK(mime::trace_of(message, chunk) == trace);
    }
    if (!has_plain_header(message, trace)) continue;
    CHECK(mime::trace_of_milter_view(message, 0) == trace);
    CHECK(mime::trace_of_milter_view(message, 13) == trace);
    ++by_milter;
  }
  CHECK(by_milter > 50);
}

}  // namespace
