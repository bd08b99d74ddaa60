// What leaves of a header field is ASCII without controls, and is not reduced
// any further: reduction is idempotent.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "mime/ascii.h"
#include "policy/outbound_fields.h"
#include "tests/fuzz/check.h"

namespace {

constexpr std::array<const char*, 19> kNames = {"From",
                                                "To",
                                                "Cc",
                                                "Date",
                                                "Message-ID",
                                                "In-Reply-To",
                                                "References",
                                                "MIME-Version",
                                                "Content-Type",
                                                "Content-Transfer-Encoding",
                                                "Auto-Submitted",
                                                "Chat-Version",
                                                "Chat-Is-Post-Message",
                                                "Secure-Join",
                                                "Secure-Join-Invitenumber",
                                                "Autocrypt",
                                                "Autocrypt-Setup-Message",
                                                "X-Other",
                                                "Received"};

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  const char* name = kNames[data[0] % kNames.size()];
  const std::string body(reinterpret_cast<const char*>(data + 1), size - 1);
  const policy::ReductionContext context{"bob@relay.example", true};
  const auto once = policy::reduce_field(name, body, context);
  if (!once) return 0;
  const std::string left = once->as_it_is ? body : " " + once->body;
  fuzz::check(is_plain(mime::trim(left)), "what leaves is plain ASCII");
  const auto twice = policy::reduce_field(name, left, context);
  fuzz::check(twice.has_value(), "what left once leaves again");
  fuzz::check(twice->as_it_is, "what left once leaves unchanged");
  return 0;
}
