// A body in pieces has the canonical form of the whole, and both have that of
// the slow implementation; the relaxed form of a header field is its own
// relaxed form.  The first octet chooses the size of the pieces.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "dkim/canonicalization.h"
#include "tests/dkim/slow_canonicalization.h"
#include "tests/fuzz/check.h"

namespace {

using dkim::Canonicalization;

class Text : public dkim::OctetSink {
 public:
  void write(std::string_view octets) override { text.append(octets); }
  std::string text;
};

std::string canonical(Canonicalization form, std::string_view body,
                      std::size_t chunk) {
  dkim::BodyCanonicalizer canonicalizer(form);
  Text out;
  while (!body.empty()) {
    canonicalizer.write(body.substr(0, chunk), out);
    body.remove_prefix(std::min(chunk, body.size()));
  }
  canonicalizer.finish(out);
  fuzz::check(canonicalizer.length() == out.text.size(),
              "the length is that of the canonical form");
  return out.text;
}

void check_field(std::string_view body) {
  std::string relaxed;
  dkim::canonicalize_field(Canonicalization::kRelaxed, "Name", body, relaxed);
  fuzz::check(relaxed.starts_with("name:") && relaxed.ends_with("\r\n"),
              "a canonical field is a field");
  const std::string_view value =
      std::string_view(relaxed).substr(5, relaxed.size() - 7);
  // An unfolding can join a CR and a LF that were apart; mail has neither.
  if (value.find_first_of("\r\n") != std::string_view::npos) return;
  std::string again;
  dkim::canonicalize_field(Canonicalization::kRelaxed, "NAME ", value, again);
  fuzz::check(again == relaxed, "the relaxed form is stable");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(octets) + 1,
                               size - 1);
  const std::size_t chunk = 1 + octets[0] % 67U;
  for (const auto form :
       {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    const std::string whole = canonical(form, input, SIZE_MAX);
    fuzz::check(canonical(form, input, chunk) == whole,
                "pieces give the canonical form of the whole");
    fuzz::check(whole == dkim::testing::slow_canonical_body(form, input),
                "fast and slow agree");
  }
  check_field(input);
  return 0;
}
