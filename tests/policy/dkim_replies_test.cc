// The one line that a sender's postmaster gets for each step at which DKIM can
// fail: to the letter, by the shipped rules.

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "dkim/result.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

using dkim::Cause;
using dkim::TableFailure;
using policy::Direction;

constexpr const char* kName = "s1._domainkey.alice.example";
const std::string kRefused = "554 5.7.1 No valid DKIM signature found: ";

std::string& signature_of(ValidWorld& world) {
  for (policy::HeaderField& field : world.fields) {
    if (field.name == "DKIM-Signature") return field.body;
  }
  throw std::logic_error("no DKIM-Signature field");
}

void replace(std::string& text, const std::string& from,
             const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

// Changes the signature as it stands.
std::function<void(ValidWorld&)> with(const std::string& from,
                                      const std::string& to) {
  return [=](ValidWorld& world) { replace(signature_of(world), from, to); };
}

// Adds tags to it.
std::function<void(ValidWorld&)> adding(const std::string& tags) {
  return with(" v=1;", " v=1; " + tags);
}

std::function<void(ValidWorld&)> failing(TableFailure failure) {
  return [=](ValidWorld& world) { world.keys.fail(kName, failure); };
}

std::function<void(ValidWorld&)> with_record(const std::string& record) {
  return [=](ValidWorld& world) { world.keys.add(kName, {record}); };
}

// The record of the key that signs, with other tags in front.
std::function<void(ValidWorld&)> with_key_tags(const std::string& tags) {
  return [=](ValidWorld& world) {
    world.keys.add(kName, {tags + world.alice_key->record()});
  };
}

// As if it had been signed with such an RSA key.
std::function<void(ValidWorld&)> with_rsa_key(const std::string& file) {
  std::ifstream key(CHATMILTER_SOURCE_DIR "/tests/dkim/data/" + file);
  std::string encoded;
  REQUIRE(std::getline(key, encoded));
  return [=](ValidWorld& world) {
    replace(signature_of(world), "a=ed25519-sha256", "a=rsa-sha256");
    world.keys.add(kName, {"v=DKIM1; k=rsa; p=" + encoded});
  };
}

void sign_nothing_but_the_date(ValidWorld& world) {
  std::string& field = signature_of(world);
  const std::size_t begin = field.find("h=");
  const std::size_t end = field.find(';', begin);
  field.replace(begin, end - begin, "h=date");
}

struct Step {
  std::function<void(ValidWorld&)> fails;
  Cause cause;
  std::string text;
};

const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {[](ValidWorld& world) { signature_of(world) = " garbage"; },
       Cause::kSyntax, "DKIM-Signature: syntax error in the signature"},
      {with("s=s1;", "s=s1; s=s1;"), Cause::kDuplicateTag,
       "s1._domainkey.alice.example: a tag occurs twice in the signature"},
      {with("bh=", "xh="), Cause::kMissingTag,
       "s1._domainkey.alice.example: a required tag is missing in the "
       "signature"},
      {with("v=1;", "v=2;"), Cause::kUnknownVersion,
       "s1._domainkey.alice.example: unknown version of the signature"},
      {with("a=ed25519-sha256", "a=dsa-sha256"), Cause::kUnknownAlgorithm,
       "s1._domainkey.alice.example: unknown signature algorithm"},
      {with("a=ed25519-sha256", "a=rsa-sha1"), Cause::kRsaSha1,
       "s1._domainkey.alice.example: rsa-sha1 is no longer accepted (RFC "
       "8301)"},
      {adding("q=http/get;"), Cause::kUnknownQueryMethod,
       "s1._domainkey.alice.example: unknown query method"},
      {sign_nothing_but_the_date, Cause::kFromNotSigned,
       "s1._domainkey.alice.example: the From field is not signed"},
      {adding("i=@evil.example;"), Cause::kAuidOutsideSdid,
       "s1._domainkey.alice.example: i= is not in the domain of d="},
      {adding("z=" + std::string(20'000, 'x') + ";"), Cause::kFieldTooLarge,
       "DKIM-Signature: the signature field is too large"},
      {[](ValidWorld& world) {
         std::string other = signature_of(world);
         replace(other, "d=alice.example", "d=service.example");
         world.fields.insert(world.fields.begin(), 10,
                             {"DKIM-Signature", other});
       },
       Cause::kTooManySignatures,
       "s1._domainkey.service.example: too many DKIM-Signature fields"},
      {[](ValidWorld& world) {
         world.set_field("From", " <alice@other.example>");
       },
       Cause::kNotAligned,
       "s1._domainkey.alice.example: d= is not the domain of the From field"},
      {with("t=" + std::to_string(kNow), "t=1; x=2"), Cause::kExpired,
       "s1._domainkey.alice.example: the signature has expired"},
      {with("t=" + std::to_string(kNow), "t=9999999999"), Cause::kFuture,
       "s1._domainkey.alice.example: the signature is from the future"},
      {adding("l=10;"), Cause::kBodyLength,
       "s1._domainkey.alice.example: l= does not cover the whole body"},
      {[](ValidWorld& world) { world.body += "\r\n \r\n"; }, Cause::kBodyHash,
       "s1._domainkey.alice.example: body hash does not match"},
      {failing(TableFailure::kNxdomain), Cause::kNoRecord,
       "s1._domainkey.alice.example: no key record in the DNS"},
      {with_record("v=spf1 -all"), Cause::kKeySyntax,
       "s1._domainkey.alice.example: the key record is malformed"},
      {with_record("v=DKIM1; p="), Cause::kRevoked,
       "s1._domainkey.alice.example: the key is revoked"},
      {with_rsa_key("rsa1023.b64"), Cause::kKeyTooSmall,
       "s1._domainkey.alice.example: the key is shorter than 1024 bits"},
      {with_rsa_key("rsa8192.b64"), Cause::kKeyTooLarge,
       "s1._domainkey.alice.example: the key is longer than 4096 bits"},
      {with("a=ed25519-sha256", "a=rsa-sha256"), Cause::kKeyTypeMismatch,
       "s1._domainkey.alice.example: the key is of another type than a= says"},
      {with_key_tags("h=sha1; "), Cause::kKeyHashMismatch,
       "s1._domainkey.alice.example: the key record does not allow sha256"},
      {with_key_tags("s=tlsrpt; "), Cause::kKeyServiceMismatch,
       "s1._domainkey.alice.example: the key record is not for email"},
      {[](ValidWorld& world) {
         adding("i=@sub.alice.example;")(world);
         with_key_tags("t=s; ")(world);
       },
       Cause::kKeyStrictAuid,
       "s1._domainkey.alice.example: i= is below d=, which the key record "
       "forbids"},
      {[](ValidWorld& world) {
         world.set_field("Date", " Mon, 1 Jan 2026 00:00:00 +0000");
       },
       Cause::kSignature,
       "s1._domainkey.alice.example: signature does not match"},
      {failing(TableFailure::kTimeout), Cause::kDnsTimeout,
       "s1._domainkey.alice.example: key lookup timed out"},
      {failing(TableFailure::kServfail), Cause::kDnsServfail,
       "s1._domainkey.alice.example: key lookup failed in the DNS"},
      {failing(TableFailure::kBogus), Cause::kDnsBogus,
       "s1._domainkey.alice.example: key lookup failed DNSSEC validation"},
  };
  return all;
}

}  // namespace

TEST_CASE("each step at which DKIM fails has its own reply, in one line") {
  for (const Step& step : steps()) {
    INFO(to_string(step.cause));
    ValidWorld world(Direction::kInbound);
    step.fails(world);
    const policy::Judgement judgement = world.judge();
    const bool temporary = status_of(step.cause) == dkim::Status::kTemperror;
    CHECK(told(judgement) ==
          (temporary ? "451 4.7.5 Key " : kRefused) + step.text);
    CHECK(judgement.detail == to_string(step.cause));
    CHECK(judgement.reason == (temporary ? "key-lookup" : "dkim"));
    CHECK(told(judgement).find_first_of("\r\n") == std::string::npos);
  }
}

TEST_CASE("no step is without a reply") {
  std::set<Cause> seen;
  for (const Step& step : steps()) seen.insert(step.cause);
  // None: it passed, or another signature did.  A header section that large is
  // refused before; the others are our own failures, or a key that changes
  // while a message is verified.
  seen.insert({Cause::kNone, Cause::kNotNeeded, Cause::kHeaderSectionTooLarge,
               Cause::kEngine, Cause::kKeyChanged});
  for (auto i = 0; i <= static_cast<int>(Cause::kEngine); ++i) {
    INFO(to_string(static_cast<Cause>(i)));
    CHECK(seen.contains(static_cast<Cause>(i)));
  }
}

TEST_CASE("a message without any signature is told so") {
  ValidWorld world(Direction::kInbound);
  world.remove_field("DKIM-Signature");
  CHECK(told(world.judge()) == "554 5.7.1 No DKIM signature found");
}

TEST_CASE("what a sender writes does not break the line of a reply") {
  ValidWorld world(Direction::kInbound);
  replace(signature_of(world), "s=s1;",
          "s=a\r\n 250 ok" + std::string(300, '%') + ";");
  const std::string reply = told(world.judge());
  INFO(reply);
  CHECK(reply.starts_with(kRefused));
  CHECK(reply.size() < 300);
  CHECK(std::all_of(reply.begin(), reply.end(),
                    [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace policy_test
