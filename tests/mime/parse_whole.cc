#include "tests/mime/parse_whole.h"

#include <algorithm>

#include "mime/parser.h"
#include "tests/mime/event_trace.h"

namespace mime {
namespace {

void write_in_chunks(Parser& parser, std::string_view octets,
                     std::size_t chunk) {
  if (chunk == 0) chunk = octets.size() + 1;
  while (!octets.empty()) {
    const std::size_t size = std::min(chunk, octets.size());
    // A copy of just these octets: a read beyond them is seen by a sanitizer.
    const std::string piece(octets.substr(0, size));
    parser.write(piece);
    octets.remove_prefix(size);
  }
}

}  // namespace

std::string trace_of(std::string_view message, std::size_t chunk,
                     const Limits& limits) {
  EventTrace trace;
  Parser parser(trace, limits);
  write_in_chunks(parser, message, chunk);
  parser.end();
  return trace.text();
}

std::string trace_of_split(std::string_view message, std::size_t split,
                           const Limits& limits) {
  EventTrace trace;
  Parser parser(trace, limits);
  parser.write(std::string(message.substr(0, split)));
  parser.write(std::string(message.substr(split)));
  parser.end();
  return trace.text();
}

std::string trace_of_milter_view(std::string_view message, std::size_t chunk,
                                 const Limits& limits) {
  EventTrace trace;
  Parser parser(trace, limits);
  while (!message.empty() && !message.starts_with("\r\n")) {
    std::size_t end = message.find("\r\n");
    while (end != std::string_view::npos && end + 2 < message.size() &&
           (message[end + 2] == ' ' || message[end + 2] == '\t')) {
      end = message.find("\r\n", end + 2);
    }
    const std::string field(message.substr(0, end));
    const std::size_t colon = field.find(':');
    parser.header_field(field.substr(0, colon), field.substr(colon + 1));
    message.remove_prefix(end == std::string_view::npos ? message.size()
                                                        : end + 2);
  }
  parser.end_of_header();
  if (!message.empty()) message.remove_prefix(2);
  write_in_chunks(parser, message, chunk);
  parser.end();
  return trace.text();
}

}  // namespace mime
