// A public key is one to its last octet: with anything behind it, or behind
// itself, it is none; and the answer is the same each time.

#include <cstdint>
#include <span>
#include <vector>

#include "mime/openpgp_public_key.h"
#include "tests/fuzz/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  using mime::OpenPgpDefect;
  // A copy of its own size: reads beyond it are seen.
  std::vector<std::uint8_t> key(octets, octets + size);
  const OpenPgpDefect defect = mime::check_public_key(key);
  fuzz::check(mime::check_public_key(std::span(octets, size)) == defect,
              "the same octets give the same answer");
  if (defect != OpenPgpDefect::kNone) return 0;
  fuzz::check(size > 30, "a key has a point or a modulus");
  for (const char octet : {'\0', 'A', '\xC2', '\xCD', '\xFF'}) {
    key.push_back(static_cast<std::uint8_t>(octet));
    fuzz::check(mime::check_public_key(key) != OpenPgpDefect::kNone,
                "a key with an octet behind it is none");
    key.pop_back();
  }
  key.pop_back();
  fuzz::check(mime::check_public_key(key) != OpenPgpDefect::kNone,
              "a key without its last octet is none");
  key.assign(octets, octets + size);
  key.insert(key.end(), octets, octets + size);
  fuzz::check(mime::check_public_key(key) != OpenPgpDefect::kNone,
              "two keys are none");
  return 0;
}
