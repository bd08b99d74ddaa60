#pragma once

// A valid world to break one thing in: a message, its keys in the DNS, a
// signature that passes.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dkim/signer.h"
#include "dkim/table_resolver.h"
#include "dkim/verifier.h"

namespace dkim::testing {

inline constexpr std::int64_t kNow = 1'700'000'000;

// A file of tests/dkim/data without its final line end.
std::string read_data(const std::string& name);
std::string read_file(const std::string& path);

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Message {
  Fields fields;
  std::string body;
};

// A message split as a milter gets it.
Message split_message(std::string_view text);

std::shared_ptr<const SigningKey> test_key(const std::string& pem_file,
                                           std::string_view domain,
                                           std::string_view selector);

// What a test may change before the message is signed and verified.
struct World {
  World();

  // Signs `message` and puts the fields on top.
  void sign();
  VerificationResult verify(std::size_t chunk = SIZE_MAX);

  Message message;
  SignerOptions signing;
  VerifierOptions verifying;
  TableResolver dns;
  std::string author_domain = "example.org";
  std::int64_t signed_at = kNow;
  std::int64_t verified_at = kNow;
};

VerificationResult verify_with(KeyResolver& resolver, const World& world,
                               std::size_t chunk = SIZE_MAX);

// The body of the first DKIM-Signature field.
std::string& signature_of(World& world);
// Replaces the first `from` in `text`; the test fails when it is not there.
void replace(std::string& text, std::string_view from, std::string_view to);

// Signs the message with a DKIM-Signature field as it is given, up to "b=":
// for signatures that our Signer would not write.  bh= is filled in where the
// template says "@bh@"; b= is appended.
std::string sign_template(const World& world, std::string signature,
                          const SigningKey& key);

inline std::chrono::steady_clock::time_point no_wait() {
  return std::chrono::steady_clock::time_point::min();
}

}  // namespace dkim::testing
