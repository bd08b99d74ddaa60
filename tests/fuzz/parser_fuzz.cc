// The parser's events do not depend on how its input is cut, nor on the way
// in, and every entity that begins ends.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "mime/parser.h"
#include "tests/fuzz/check.h"
#include "tests/mime/event_trace.h"
#include "tests/mime/parse_whole.h"

namespace {

// Low enough that small inputs reach them.
mime::Limits small_limits() {
  mime::Limits limits;
  limits.header_section_octets = 600;
  limits.field_octets = 120;
  limits.fields = 12;
  limits.parts = 8;
  limits.depth = 3;
  limits.line_octets = 80;
  return limits;
}

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    ++found;
  }
  return found;
}

// Cut where the octets of `cuts`, taken again and again, say.
std::string trace_of_cut(std::string_view message, std::string_view cuts,
                         const mime::Limits& limits) {
  mime::EventTrace trace;
  mime::Parser parser(trace, limits);
  for (std::size_t turn = 0; !message.empty(); ++turn) {
    const auto cut = static_cast<std::uint8_t>(cuts[turn % cuts.size()]);
    const std::size_t size =
        std::min<std::size_t>(cut % 97U + 1, message.size());
    const std::string piece(message.substr(0, size));
    parser.write(piece);
    message.remove_prefix(size);
  }
  parser.end();
  return trace.text();
}

// Whether the first section is one that a milter could be given.
bool is_milter_view(std::string_view message, std::string_view trace) {
  const std::string_view header = trace.substr(0, trace.find("0 begin "));
  // Of a field that is not held no bare LF is told.
  return count(header, "0 defect header-field-too-large") == 0 &&
         count(header, "0 defect unterminated-header-section") == 0 &&
         count(header, "0 defect bare-lf") == 0 &&
         count(header, "0 defect control-character-in-header") == 0 &&
         (message.starts_with("\r\n") ||
          message.find("\r\n\r\n") != std::string_view::npos);
}

void check_events(std::string_view message, std::string_view cuts,
                  const mime::Limits& limits) {
  const std::string whole = mime::trace_of(message, 0, limits);
  fuzz::check(trace_of_cut(message, cuts, limits) == whole,
              "any chunking gives the same events");
  fuzz::check(mime::trace_of(message, 1, limits) == whole,
              "octet by octet gives the same events");
  if (is_milter_view(message, whole)) {
    fuzz::check(mime::trace_of_milter_view(message, 0, limits) == whole,
                "both ways in give the same events");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  if (size < 4) return 0;
  const std::string_view input(reinterpret_cast<const char*>(octets), size);
  // The input says at its end how it is cut.
  const std::string_view cuts = input.substr(size - 3);
  check_events(input, cuts, mime::Limits());
  check_events(input, cuts, small_limits());
  return 0;
}
