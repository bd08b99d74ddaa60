#include "disagreements.h"

namespace dkim::testing {
namespace {

bool has_bare_line_end(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') return true;
    if (text[i] != '\r') continue;
    if (i + 1 == text.size() || text[i + 1] != '\n') return true;
    ++i;
  }
  return false;
}

}  // namespace

std::string_view known_disagreement(const World& world, std::string_view native,
                                    std::string_view opendkim) {
  // bh= is among what is signed, so where it is another one both are wrong.
  if (native == "fail body-hash" && opendkim == "fail signature") {
    return "of a wrong body hash and a wrong signature, which is told first "
           "(RFC 6376 6.1.3)";
  }
  if (has_bare_line_end(world.message.body)) {
    return "a bare CR or LF in the body (RFC 6376 3.4.3, RFC 5321 2.3.8)";
  }
  return {};
}

}  // namespace dkim::testing
