#include "dkim/cause_text.h"

#include "dkim/limits.h"

namespace dkim {
namespace {

constexpr std::size_t kMaxName = 64;

std::string printable(std::string_view text) {
  std::string line(text.substr(0, kMaxName));
  for (char& c : line) {
    if (c <= 0x20 || c >= 0x7f) c = '?';
  }
  if (text.size() > kMaxName) line += "...";
  return line;
}

}  // namespace

std::string cause_text(std::string_view selector, std::string_view sdid,
                       Cause cause) {
  std::string line;
  if (selector.empty() || sdid.empty()) {
    line = "DKIM-Signature";
  } else {
    line = printable(selector) + "._domainkey." + printable(sdid);
  }
  line.append(": ").append(describe(cause));
  if (line.size() > kMaxCauseText) line.resize(kMaxCauseText);
  return line;
}

}  // namespace dkim
