#include "deploy/ctl/message_reader.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace ctl {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool is_blank(char octet) { return octet == ' ' || octet == '\t'; }

// The end of the field at the start of `section`: the CRLF that no blank
// follows, or the end.
std::size_t field_end(std::string_view section) {
  std::size_t end = section.find(kLineEnd);
  while (end != std::string_view::npos && end + 2 < section.size() &&
         is_blank(section[end + 2])) {
    end = section.find(kLineEnd, end + 2);
  }
  return std::min(end, section.size());
}

policy::HeaderField to_field(std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool no_name = text.empty() || is_blank(text.front());
  if (no_name || colon == std::string_view::npos ||
      colon > text.find(kLineEnd)) {
    return {std::string(), std::string(text)};
  }
  return {std::string(text.substr(0, colon)),
          std::string(text.substr(colon + 1))};
}

}  // namespace

std::string with_crlf(std::string octets) {
  const auto lines = std::count(octets.begin(), octets.end(), '\n');
  if (lines == 0 || octets.find(kLineEnd) != std::string::npos) return octets;
  std::string result;
  result.reserve(octets.size() + static_cast<std::size_t>(lines));
  for (const char octet : octets) {
    if (octet == '\n') result += '\r';
    result += octet;
  }
  return result;
}

MessageView read_message(std::string_view octets) {
  MessageView message;
  while (!octets.empty() && !octets.starts_with(kLineEnd)) {
    const std::size_t end = field_end(octets);
    message.fields.push_back(to_field(octets.substr(0, end)));
    octets.remove_prefix(std::min(end + kLineEnd.size(), octets.size()));
  }
  if (!octets.empty()) octets.remove_prefix(kLineEnd.size());
  message.body = octets;
  return message;
}

std::string write_message(const std::vector<policy::HeaderField>& fields,
                          std::string_view body) {
  std::string octets;
  for (const auto& field : fields) {
    octets += field.name;
    // A line without a colon has no name, and gets none by being written.
    if (!field.name.empty()) octets += ':';
    octets += field.body;
    octets += kLineEnd;
  }
  octets += kLineEnd;
  octets += body;
  return octets;
}

}  // namespace ctl
