// Tests policy/autocrypt.h.

#include "policy/autocrypt.h"

#include <catch2/catch.hpp>
#include <string>

namespace {

// The first octets of a v4 Ed25519 public key in the current packet format.
constexpr char kKey[] = "xjMEawRDsBYJKwYBBAHaRw8B";

TEST_CASE("an Autocrypt field announces one key of the author and no more") {
  const std::string key = kKey;
  struct Row {
    std::string field_body;
    bool fits;
  };
  const Row rows[] = {
      {"addr=a@b.example; keydata=" + key, true},
      {"addr=A@b.example; prefer-encrypt=mutual; keydata=" + key, true},
      {"addr=a@b.example; prefer-encrypt=nopreference; keydata=" + key, true},
      {"addr=a@b.example; keydata=" + key.substr(0, 8) + " " + key.substr(8),
       true},
      {"addr=a@b.example; keydata=mDMEawRDsBYJ", true},  // legacy format
      {"addr=c@b.example; keydata=" + key, false},
      {"addr=a@b.example", false},
      {"keydata=" + key, false},
      {"addr=a@b.example; prefer-encrypt=meet me; keydata=" + key, false},
      {"addr=a@b.example; _comment=meet me; keydata=" + key, false},
      {"addr=a@b.example; keydata=" + key + "; more=x", false},
      {"addr=a@b.example; keydata=meet me at noon!", false},
      {"addr=a@b.example; keydata=SGVsbG8gQm9i", false},  // base64 of a text
      {"addr=a@b.example; keydata=", false},
      {"addr=a@b.example; keydata=" + key + std::string(16384, 'A'), false},
  };
  for (const Row& row : rows) {
    INFO(row.field_body.substr(0, 100));
    CHECK(policy::is_autocrypt_of(row.field_body, "a@b.example") == row.fits);
  }
}

}  // namespace
