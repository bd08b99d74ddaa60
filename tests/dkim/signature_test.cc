#include "dkim/signature.h"

#include <catch2/catch.hpp>

#include "test_world.h"

namespace dkim::testing {
namespace {

constexpr std::string_view kHash =
    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

// A signature that is valid but for b=, with one tag replaced or removed.
std::string with(std::string_view name, std::string_view value) {
  std::pair<std::string_view, std::string_view> tags[] = {
      {"v", "1"},        {"a", "rsa-sha256"},      {"d", "example.org"},
      {"s", "r"},        {"h", "From:To:Subject"}, {"bh", kHash},
      {"b", "QUJDRA=="},
  };
  std::string text;
  bool replaced = false;
  for (auto& [tag, tag_value] : tags) {
    if (tag == name) {
      replaced = true;
      if (value == "(absent)") continue;
      tag_value = value;
    }
    text.append(" ").append(tag).append("=").append(tag_value).append(";");
  }
  if (!replaced) text.append(" ").append(name).append("=").append(value);
  return text;
}

}  // namespace

TEST_CASE("each tag of a signature is judged by its own grammar") {
  struct Row {
    std::string_view name;
    std::string_view value;
    Cause cause;
  };
  const Row rows[] = {
      {"v", "1", Cause::kNone},
      {"v", "(absent)", Cause::kMissingTag},
      {"v", "2", Cause::kUnknownVersion},
      {"v", "1.0", Cause::kUnknownVersion},
      {"a", "ed25519-sha256", Cause::kNone},
      {"a", "RSA-SHA256", Cause::kNone},
      {"a", "rsa-sha1", Cause::kRsaSha1},
      {"a", "rsa-sha512", Cause::kUnknownAlgorithm},
      {"a", "(absent)", Cause::kMissingTag},
      {"d", "(absent)", Cause::kMissingTag},
      {"d", "", Cause::kSyntax},
      {"d", "org", Cause::kSyntax},
      {"d", "example.org.", Cause::kSyntax},
      {"d", "a..b", Cause::kSyntax},
      {"d", "exam ple.org", Cause::kSyntax},
      {"d", "_a.example", Cause::kNone},
      {"d", "EXAMPLE.ORG", Cause::kNone},
      {"s", "(absent)", Cause::kMissingTag},
      {"s", "a.b.c", Cause::kNone},
      {"s", "a..c", Cause::kSyntax},
      {"s", "a/b", Cause::kSyntax},
      {"h", "(absent)", Cause::kMissingTag},
      {"h", "", Cause::kSyntax},
      {"h", "To:Subject", Cause::kFromNotSigned},
      {"h", "from", Cause::kNone},
      {"h", "To : FROM\r\n\t: Subject", Cause::kNone},
      {"h", "From:", Cause::kSyntax},
      {"h", "From:a b", Cause::kSyntax},
      {"bh", "(absent)", Cause::kMissingTag},
      {"bh", "QUJDRA==", Cause::kSyntax},
      {"bh", "!", Cause::kSyntax},
      {"b", "(absent)", Cause::kMissingTag},
      {"b", "", Cause::kSyntax},
      {"b", "QU JD\r\n\tRA==", Cause::kNone},
      {"b", "QUJDRA==x", Cause::kSyntax},
      {"c", "relaxed/relaxed", Cause::kNone},
      {"c", "relaxed", Cause::kNone},
      {"c", "relaxed/", Cause::kSyntax},
      {"c", "nowsp", Cause::kSyntax},
      {"q", "dns/txt", Cause::kNone},
      {"q", "http/get:dns/txt", Cause::kNone},
      {"q", "http/get", Cause::kUnknownQueryMethod},
      {"i", "@example.org", Cause::kNone},
      {"i", "alice@sub.example.org", Cause::kNone},
      {"i", "al=40ice@EXAMPLE.org", Cause::kNone},
      {"i", "alice@example.com", Cause::kAuidOutsideSdid},
      {"i", "alice@badexample.org", Cause::kAuidOutsideSdid},
      {"i", "example.org", Cause::kSyntax},
      {"i", "=4@example.org", Cause::kSyntax},
      {"l", "0", Cause::kNone},
      {"l", "-1", Cause::kSyntax},
      {"l", "", Cause::kSyntax},
      {"t", "1700000000", Cause::kNone},
      {"t", "now", Cause::kSyntax},
      {"x", "99999999999999999999999999999999", Cause::kNone},
      {"z", "From:a=20b|To:c", Cause::kNone},
      {"unknown", "value", Cause::kNone},
      {"d2", "example.com", Cause::kNone},
      {"2d", "example.com", Cause::kSyntax},
      {"z", "\x01", Cause::kSyntax},
  };
  for (const Row& row : rows) {
    INFO(row.name << "=" << row.value);
    const std::string text = with(row.name, row.value);
    CHECK(to_string(parse_signature(text).cause) == to_string(row.cause));
  }
}

TEST_CASE("what c= leaves out is simple, and i= is @d= where it is absent") {
  struct Row {
    std::string_view value;
    Canonicalization header;
    Canonicalization body;
  };
  constexpr auto simple = Canonicalization::kSimple;
  constexpr auto relaxed = Canonicalization::kRelaxed;
  for (const Row& row :
       {Row{"(absent)", simple, simple}, Row{"simple", simple, simple},
        Row{"relaxed", relaxed, simple}, Row{"relaxed/simple", relaxed, simple},
        Row{"simple/relaxed", simple, relaxed},
        Row{"Relaxed/RELAXED", relaxed, relaxed}}) {
    INFO(row.value);
    const std::string text =
        row.value == "(absent)" ? with("z", "x") : with("c", row.value);
    const Signature signature = parse_signature(text);
    CHECK(signature.cause == Cause::kNone);
    CHECK(signature.header_canonicalization == row.header);
    CHECK(signature.body_canonicalization == row.body);
  }
  CHECK_FALSE(parse_signature(with("z", "x")).auid_is_below);
  CHECK_FALSE(parse_signature(with("i", "a@example.org")).auid_is_below);
  CHECK(parse_signature(with("i", "a@sub.example.org")).auid_is_below);
}

TEST_CASE("U-labels in d=, s= and i= are their A-labels (RFC 8616)") {
  const std::string text =
      " v=1; a=rsa-sha256; d=m\xc3\xbcller.example; s=b\xc3\xbc; h=from; "
      "i=x@sub.xn--mller-kva.example; b=QUJD; bh=" +
      std::string(kHash);
  const Signature signature = parse_signature(text);
  CHECK(signature.cause == Cause::kNone);
  CHECK(signature.key_name == "xn--b-eha._domainkey.xn--mller-kva.example");
  CHECK(signature.auid_is_below);
}

TEST_CASE("a signature of another domain is read no further than its names") {
  const std::string text = with("v", "2");
  const Signature foreign = parse_signature_of("example.com", text);
  CHECK(foreign.cause == Cause::kNotAligned);
  CHECK(foreign.sdid == "example.org");
  CHECK(foreign.selector == "r");
  CHECK(foreign.signed_fields.empty());
  CHECK(parse_signature_of("example.org", text).cause ==
        Cause::kUnknownVersion);
  CHECK(parse_signature_of("example.org", with("z", "x")).cause ==
        Cause::kNone);
  CHECK(parse_signature_of("example.org", with("d", "(absent)")).cause ==
        Cause::kMissingTag);
  CHECK(parse_signature_of("example.org", with("z", "x") + "; z=y").cause ==
        Cause::kDuplicateTag);
}

TEST_CASE("a signature as a whole is judged by the grammar of tag-lists") {
  const std::string good = with("z", "x");
  struct Row {
    std::string text;
    Cause cause;
  };
  const Row rows[] = {
      {good, Cause::kNone},
      {good + ";", Cause::kNone},
      {good + "; \r\n\t", Cause::kNone},
      {good + ";;", Cause::kSyntax},
      {good + "; x", Cause::kSyntax},
      {good + "; d=example.org", Cause::kDuplicateTag},
      {good + "; z=y", Cause::kDuplicateTag},
      {good + "; D=example.com", Cause::kNone},
      {good + "; t=5; x=5", Cause::kSyntax},
      {good + "; t=5; x=6", Cause::kNone},
      {"", Cause::kMissingTag},
      {"garbage", Cause::kSyntax},
      {std::string(20'000, 'a'), Cause::kFieldTooLarge},
  };
  for (const Row& row : rows) {
    INFO(row.text.substr(0, 300));
    CHECK(to_string(parse_signature(row.text).cause) == to_string(row.cause));
  }
}

TEST_CASE("what a broken signature still tells is domain and selector") {
  const std::string text = with("v", "2");
  const Signature signature = parse_signature(text);
  CHECK(signature.domain == "example.org");
  CHECK(signature.selector == "r");
}

TEST_CASE("a selector with 200 labels is no DNS name") {
  std::string selector = "a";
  for (int i = 1; i < 200; ++i) selector += ".a";
  CHECK(parse_signature(with("s", selector)).cause == Cause::kSyntax);
}

TEST_CASE("the place of b= is all between = and ;") {
  const std::string text =
      "v=1; bh=" + std::string(kHash) + "; b= QUJD\r\n\tRA== ; d=example.org";
  const Signature signature = parse_signature(text);
  CHECK(text.substr(0, signature.signature_begin).ends_with("; b="));
  CHECK(text.substr(signature.signature_end) == "; d=example.org");
  CHECK(signature.octets == "ABCD");
  CHECK(signature.prefix == "QUJDRA==");
}

// Signatures that our Signer does not write, on a real message.
TEST_CASE("l=, i= and their kind are judged on the message") {
  struct Row {
    std::string_view tags;
    std::string_view key_tags;
    Status status;
    Cause cause;
  };
  const Row rows[] = {
      {"l=34;", "", Status::kPass, Cause::kNone},
      {"l=33;", "", Status::kPolicy, Cause::kBodyLength},
      {"l=0;", "", Status::kPolicy, Cause::kBodyLength},
      {"l=35;", "", Status::kPolicy, Cause::kBodyLength},
      {"l=99999999999999999999999;", "", Status::kPolicy, Cause::kBodyLength},
      {"i=a@sub.example.org;", "", Status::kPass, Cause::kNone},
      {"i=a@sub.example.org;", "t=s;", Status::kPermerror,
       Cause::kKeyStrictAuid},
      {"i=a@example.org;", "t=s;", Status::kPass, Cause::kNone},
      {"x=99999999999;", "", Status::kPass, Cause::kNone},
      {"c=simple/simple;", "", Status::kPass, Cause::kNone},
  };
  for (const Row& row : rows) {
    INFO(row.tags << " " << row.key_tags);
    World world;
    const SigningKey& key = *world.signing.keys[0];
    world.dns.add("r._domainkey.example.org",
                  {std::string(row.key_tags).append(key.record())});
    const std::string field = sign_template(
        world,
        std::string(" v=1; a=rsa-sha256; d=example.org; s=r;\r\n\th=From; "
                    "bh=@bh@; ")
            .append(row.tags),
        key);
    world.message.fields.emplace_back("DKIM-Signature", field);
    const VerificationResult result = world.verify();
    CHECK(to_string(result.status) == to_string(row.status));
    CHECK(to_string(result.cause) == to_string(row.cause));
  }
}

}  // namespace dkim::testing
