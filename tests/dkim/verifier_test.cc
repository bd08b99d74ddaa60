#include "dkim/verifier.h"

#include <catch2/catch.hpp>

#include "dkim/base64.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

constexpr std::string_view kKeyName = "r._domainkey.example.org";

std::string key_with(std::string_view tags) {
  return std::string(tags) + " p=" + read_data("rsa2048-pkcs1.b64");
}

void set_key(World& world, const std::string& record) {
  world.dns.add(kKeyName, {record});
}

struct Row {
  std::string_view broken;  // what, in words
  std::function<void(World&)> before;
  std::function<void(World&)> after;
  Status status;
  Cause cause;
};

void nothing(World& /*world*/) {}

void demand(const Row& row) {
  INFO(row.broken);
  World world;
  row.before(world);
  world.sign();
  row.after(world);
  const VerificationResult result = world.verify();
  CHECK(to_string(result.status) == to_string(row.status));
  CHECK(to_string(result.cause) == to_string(row.cause));
  CHECK(result.cause_text.empty() == (row.status == Status::kPass));
  CHECK(result.cause_text.size() <= 200);
  REQUIRE_FALSE(result.signatures.empty());
}

}  // namespace

TEST_CASE("one broken thing in a valid message gives its own cause") {
  const Row rows[] = {
      {"nothing", nothing, nothing, Status::kPass, Cause::kNone},
      {"a body octet", nothing, [](World& w) { w.message.body[0] = 'J'; },
       Status::kFail, Cause::kBodyHash},
      {"text behind the body", nothing,
       [](World& w) { w.message.body += "more\r\n"; }, Status::kFail,
       Cause::kBodyHash},
      {"a signed header field", nothing,
       [](World& w) { replace(w.message.fields[2].second, "bob", "eve"); },
       Status::kFail, Cause::kSignature},
      {"a second From field on top", nothing,
       [](World& w) {
         w.message.fields.emplace(w.message.fields.begin(), "From",
                                  " eve@example.org");
       },
       Status::kFail, Cause::kSignature},
      {"a Reply-To that was oversigned", nothing,
       [](World& w) {
         w.message.fields.emplace_back("Reply-To", " eve@example.com");
       },
       Status::kFail, Cause::kSignature},
      {"the signature itself", nothing,
       [](World& w) {
         std::string& field = signature_of(w);
         const std::size_t at = field.rfind("\r\n\t") - 5;
         field[at] = field[at] == 'A' ? 'B' : 'A';
       },
       Status::kFail, Cause::kSignature},
      {"the author is of another domain", nothing,
       [](World& w) { w.author_domain = "example.com"; }, Status::kPolicy,
       Cause::kNotAligned},
      {"the author is of a subdomain", nothing,
       [](World& w) { w.author_domain = "sub.example.org"; }, Status::kPolicy,
       Cause::kNotAligned},
      {"the author is of the parent domain", nothing,
       [](World& w) { w.author_domain = "org"; }, Status::kPolicy,
       Cause::kNotAligned},
      {"there is no author", nothing, [](World& w) { w.author_domain = ""; },
       Status::kPolicy, Cause::kNotAligned},
      {"the signature is of another domain",
       [](World& w) {
         w.signing.keys = {test_key("rsa2048.pem", "example.com", "r")};
       },
       nothing, Status::kPolicy, Cause::kNotAligned},
      {"x= is over by more than the drift",
       [](World& w) { w.signing.lifetime_seconds = 1000; },
       [](World& w) { w.verified_at = kNow + 1301; }, Status::kPolicy,
       Cause::kExpired},
      {"x= is over by the drift",
       [](World& w) { w.signing.lifetime_seconds = 1000; },
       [](World& w) { w.verified_at = kNow + 1300; }, Status::kPass,
       Cause::kNone},
      {"t= is ahead by more than the drift", nothing,
       [](World& w) { w.verified_at = kNow - 301; }, Status::kPolicy,
       Cause::kFuture},
      {"t= is ahead by the drift", nothing,
       [](World& w) { w.verified_at = kNow - 300; }, Status::kPass,
       Cause::kNone},
  };
  for (const Row& row : rows) demand(row);
}

TEST_CASE("one broken thing in the DNS gives its own cause") {
  const auto record = [](std::string_view text) {
    return [text](World& w) { set_key(w, std::string(text)); };
  };
  const auto tags = [](std::string_view text) {
    return [text](World& w) { set_key(w, key_with(text)); };
  };
  const auto public_key = [](std::string_view file) {
    return [file](World& w) {
      set_key(w, "v=DKIM1; k=rsa; p=" + read_data(std::string(file)));
    };
  };
  const auto failure = [](TableFailure kind) {
    return [kind](World& w) { w.dns.fail(kKeyName, kind); };
  };
  const Row rows[] = {
      {"no such name", nothing, failure(TableFailure::kNxdomain),
       Status::kPermerror, Cause::kNoRecord},
      {"no TXT record", nothing, [](World& w) { w.dns.add(kKeyName, {}); },
       Status::kPermerror, Cause::kNoRecord},
      {"a time-out", nothing, failure(TableFailure::kTimeout),
       Status::kTemperror, Cause::kDnsTimeout},
      {"SERVFAIL", nothing, failure(TableFailure::kServfail),
       Status::kTemperror, Cause::kDnsServfail},
      {"a bogus answer", nothing, failure(TableFailure::kBogus),
       Status::kTemperror, Cause::kDnsBogus},
      {"p= is empty", nothing, record("v=DKIM1; p="), Status::kPermerror,
       Cause::kRevoked},
      {"p= is missing", nothing, record("v=DKIM1; k=rsa"), Status::kPermerror,
       Cause::kKeySyntax},
      {"another kind of record", nothing, record("v=spf1 -all"),
       Status::kPermerror, Cause::kKeySyntax},
      {"another key", nothing,
       [](World& w) {
         set_key(w, test_key("rsa1024.pem", "a.example", "r")->record());
       },
       Status::kFail, Cause::kSignature},
      {"an Ed25519 key", nothing,
       [](World& w) {
         set_key(w, test_key("ed25519.pem", "a.example", "r")->record());
       },
       Status::kPermerror, Cause::kKeyTypeMismatch},
      {"k= is not what p= holds", nothing, tags("k=ed25519;"),
       Status::kPermerror, Cause::kKeyTypeMismatch},
      {"512 bits", nothing, public_key("rsa512.b64"), Status::kPolicy,
       Cause::kKeyTooSmall},
      {"1023 bits", nothing, public_key("rsa1023.b64"), Status::kPolicy,
       Cause::kKeyTooSmall},
      {"8192 bits", nothing, public_key("rsa8192.b64"), Status::kPolicy,
       Cause::kKeyTooLarge},
      {"16384 bits", nothing, public_key("rsa16384.b64"), Status::kPolicy,
       Cause::kKeyTooLarge},
      {"a public exponent of 2048 bits", nothing,
       public_key("rsa2048-large-exponent.b64"), Status::kPermerror,
       Cause::kKeySyntax},
      {"h= without sha256", nothing, tags("h=sha1;"), Status::kPermerror,
       Cause::kKeyHashMismatch},
      {"h= with sha256", nothing, tags("h=sha1:sha256;"), Status::kPass,
       Cause::kNone},
      {"s= for something else", nothing, tags("s=tlsrpt;"), Status::kPermerror,
       Cause::kKeyServiceMismatch},
      {"s= for email", nothing, tags("s=tlsrpt:email;"), Status::kPass,
       Cause::kNone},
      {"t=s without i=", nothing, tags("t=s;"), Status::kPass, Cause::kNone},
  };
  for (const Row& row : rows) demand(row);
}

TEST_CASE("a testing key passes and is told") {
  World world;
  set_key(world, key_with("t=y;"));
  world.sign();
  const VerificationResult result = world.verify();
  CHECK(result.status == Status::kPass);
  CHECK(result.signatures[0].testing);
}

TEST_CASE("a passing signature tells what it was") {
  World world;
  world.sign();
  const VerificationResult result = world.verify();
  REQUIRE(result.signatures.size() == 1);
  const SignatureResult& signature = result.signatures[0];
  CHECK(signature.aligned);
  CHECK(signature.key_bits == 2048);
  CHECK(signature.algorithm == "rsa-sha256");
  CHECK(signature.sdid == "example.org");
  CHECK(signature.selector == "r");
  CHECK(signature.signature_prefix.size() == 8);
  CHECK(result.signature_fields == 1);
}

TEST_CASE("the cause text names selector, domain and step") {
  World world;
  world.sign();
  world.message.body += "x";
  CHECK(world.verify().cause_text ==
        "r._domainkey.example.org: body hash does not match");
}

TEST_CASE("who asks about every signature is told of those of other domains") {
  World world;
  world.signing.keys.push_back(test_key("ed25519.pem", "example.org", "e"));
  world.signing.keys.push_back(test_key("rsa2048.pem", "service.example", "r"));
  world.dns.add("e._domainkey.example.org", {world.signing.keys[1]->record()});
  world.dns.add("r._domainkey.service.example",
                {world.signing.keys[2]->record()});
  world.sign();
  world.verifying.every_signature = true;
  const VerificationResult all = world.verify();
  CHECK(all.status == Status::kPass);
  for (const SignatureResult& signature : all.signatures) {
    CHECK(signature.status == Status::kPass);
  }
  // A signature of another domain that holds proves no author.
  world.author_domain = "author.example";
  const VerificationResult foreign = world.verify();
  CHECK(foreign.status == Status::kPolicy);
  CHECK(foreign.cause == Cause::kNotAligned);
  CHECK(foreign.signatures.at(2).status == Status::kPass);
}

TEST_CASE("each step that fails has its own line for the postmaster") {
  const auto record = [](std::string text) {
    return [text = std::move(text)](World& w) { set_key(w, text); };
  };
  const auto failure = [](TableFailure kind) {
    return [kind](World& w) { w.dns.fail(kKeyName, kind); };
  };
  struct Line {
    std::function<void(World&)> broken;
    std::string_view text;
  };
  const Line lines[] = {
      {failure(TableFailure::kNxdomain), "no key record in the DNS"},
      {record("v=DKIM1; p="), "the key is revoked"},
      {record("p=" + read_data("rsa512.b64")),
       "the key is shorter than 1024 bits"},
      {[](World& w) { w.message.body += "x"; }, "body hash does not match"},
      {[](World& w) { w.message.fields[2].second += "x"; },
       "signature does not match"},
      {[](World& w) { w.verified_at = kNow + 10'000; },
       "the signature has expired"},
      {[](World& w) { w.author_domain = "example.com"; },
       "d= is not the domain of the From field"},
      {failure(TableFailure::kTimeout), "key lookup timed out"},
      {failure(TableFailure::kServfail), "key lookup failed in the DNS"},
      {failure(TableFailure::kBogus), "key lookup failed DNSSEC validation"},
  };
  for (const Line& line : lines) {
    World world;
    world.signing.lifetime_seconds = 1000;
    world.sign();
    line.broken(world);
    CHECK(world.verify().cause_text ==
          std::string(kKeyName).append(": ").append(line.text));
  }
}

TEST_CASE("a message without signatures is none and wants no body") {
  World world;
  Verifier verifier(world.verifying, world.dns);
  verifier.header_field("From", " a@example.org");
  verifier.end_of_header("example.org", kNow);
  CHECK_FALSE(verifier.wants_body());
  const VerificationResult result = verifier.finish(no_wait());
  CHECK(result.status == Status::kNone);
  CHECK(result.cause_text.empty());
  CHECK(result.signatures.empty());
}

TEST_CASE("every split of the body gives the same answer") {
  for (const auto form :
       {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    World world;
    world.signing.body_canonicalization = form;
    world.sign();
    for (std::size_t chunk = 1; chunk <= world.message.body.size(); ++chunk) {
      REQUIRE(world.verify(chunk).status == Status::kPass);
    }
  }
}

TEST_CASE("signatures are made and verified in every form") {
  const auto rsa = test_key("rsa2048.pem", "example.org", "r");
  const auto ed25519 = test_key("ed25519.pem", "example.org", "e");
  for (const auto header :
       {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    for (const auto body :
         {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
      for (const auto& key : {rsa, ed25519}) {
        World world;
        world.dns.add("e._domainkey.example.org", {ed25519->record()});
        world.signing.header_canonicalization = header;
        world.signing.body_canonicalization = body;
        world.signing.keys = {key};
        world.sign();
        CHECK(world.verify().status == Status::kPass);
        world.message.fields.back().second += "x";
        CHECK(world.verify().cause == Cause::kSignature);
      }
    }
  }
}

TEST_CASE("U-labels and A-labels of a domain are aligned") {
  World world;
  world.signing.keys = {test_key("rsa2048.pem", "xn--mller-kva.example", "r")};
  world.dns.add("r._domainkey.xn--mller-kva.example",
                {world.signing.keys[0]->record()});
  world.sign();
  for (const std::string_view author :
       {"xn--mller-kva.example", "XN--MLLER-KVA.Example",
        "m\xc3\xbcller.example", "M\xc3\x9cLLER.example"}) {
    world.author_domain = author;
    CHECK(world.verify().status == Status::kPass);
  }
  world.author_domain = "muller.example";
  CHECK(world.verify().cause == Cause::kNotAligned);
}

}  // namespace dkim::testing
