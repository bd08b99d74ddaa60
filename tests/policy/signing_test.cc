#include "policy/signing.h"

#include <catch2/catch.hpp>

#include "dkim/signature.h"
#include "tests/policy/shipped_rules.h"
#include "tests/policy/valid_world.h"

namespace policy_test {
namespace {

using policy::Configuration;
using policy::HeaderField;

// How many signatures an author gets.
std::size_t signatures_for(const Configuration& configuration,
                           const std::string& author_domain) {
  policy::Signing signing(configuration, author_domain, kNow);
  signing.header_section({{"From", " <a@" + author_domain + ">"}});
  signing.body("Hello\r\n");
  std::vector<HeaderField> fields;
  CHECK(signing.finish(fields).empty());
  for (const HeaderField& field : fields) {
    const dkim::Signature signature = dkim::parse_signature(field.body);
    CHECK(signature.cause == dkim::Cause::kNone);
    CHECK(signature.domain == author_domain);
  }
  return fields.size();
}

Configuration with_keys_of(const std::vector<std::string>& domains) {
  Configuration configuration;
  for (const std::string& domain : domains) {
    configuration.signing_keys.push_back(
        dkim::generate_signing_key(dkim::KeyType::kEd25519, domain, "s").key);
  }
  return configuration;
}

}  // namespace

TEST_CASE("a message is signed for its author's domain, and for no other") {
  const Configuration configuration =
      with_keys_of({"relay.example", "other.example", "relay.example"});
  CHECK(signatures_for(configuration, "relay.example") == 2);
  CHECK(signatures_for(configuration, "other.example") == 1);
  for (const char* foreign : {"example", "sub.relay.example", "xrelay.example",
                              "gmail.example", "relay.example.org"}) {
    INFO(foreign);
    CHECK(signatures_for(configuration, foreign) == 0);
  }
  CHECK(signatures_for({}, "relay.example") == 0);
}

TEST_CASE("what leaves with an author who is not ours leaves unsigned") {
  // sendmail(1) on this host may write as anyone whom own rules let through.
  ValidWorld world(policy::Direction::kLocal);
  world.envelope.reverse_path = "bob@elsewhere.example";
  world.set_field("From", " <bob@elsewhere.example>");
  const policy::Judgement judgement = world.judge();
  REQUIRE(told(judgement) == "accept");
  CHECK(judgement.plan.insert_top.empty());
}

TEST_CASE("our own word on a message quotes what its sender wrote") {
  Configuration configuration;
  configuration.mail_domains = {"relay.example"};
  dkim::VerificationResult result;
  CHECK(authentication_results(configuration, result).body ==
        " relay.example; dkim=none");
  result.status = dkim::Status::kFail;
  result.signatures.resize(2);
  result.signatures[0].status = dkim::Status::kFail;
  result.signatures[0].sdid = "a.example";
  result.signatures[0].selector = "s";
  result.signatures[0].signature_prefix = "AbCd+/12";
  result.signatures[1].status = dkim::Status::kPass;
  result.signatures[1].sdid = "b.example\r\nX: y";
  result.signatures[1].selector = "s; dkim=pass";
  const HeaderField field = authentication_results(configuration, result);
  CHECK(field.name == "Authentication-Results");
  // One line each, and no word of a sender is one of ours.
  CHECK(field.body ==
        " relay.example;"
        "\r\n\tdkim=fail header.d=a.example header.s=s "
        "header.b=\"AbCd+/12\";"
        "\r\n\tdkim=pass header.d=\"b.example??X: y\" "
        "header.s=\"s; dkim=pass\"");
}

}  // namespace policy_test
