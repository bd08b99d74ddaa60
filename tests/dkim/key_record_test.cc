#include "dkim/key_record.h"

#include <catch2/catch.hpp>

#include "dkim/limits.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

std::string spki() {
  const std::string record =
      test_key("rsa2048.pem", "a.example", "s")->record();
  return record.substr(record.find("p=") + 2);
}

}  // namespace

TEST_CASE("key records as real zones hold them are read") {
  const std::string key = spki();
  std::string spaced = key;
  for (std::size_t at = 60; at < spaced.size(); at += 61)
    spaced.insert(at, " ");
  std::string folded = key;
  folded.insert(100, "\r\n\t");
  folded.insert(200, "\n");
  std::string unpadded = test_key("rsa4096.pem", "a.example", "s")->record();
  while (unpadded.ends_with('=')) unpadded.pop_back();
  const std::string records[] = {
      "v=DKIM1; k=rsa; p=" + key,
      "v=DKIM1;k=rsa;p=" + key + ";",
      "p=" + key,
      "k=rsa; p=" + key,
      "v=DKIM1; p=" + key,
      "k=rsa; v=DKIM1; p=" + key,
      "v=DKIM1; k=rsa; p=" + spaced,
      "v=DKIM1; k=rsa; p=" + folded,
      "v=DKIM1; k=rsa; p= " + key + " \n",
      "\"v=DKIM1; k=rsa; \" \"p=" + key + "\"",
      "v=DKIM1\\; k=rsa\\; p=" + key,
      "v=DKIM1; k=rsa; p=\\\"" + key + "\\\"",
      "v=DKIM1; k=rsa;; p=" + key,
      "v=DKIM1; k=rsa; n=a note; x=unknown; p=" + key,
      "v=DKIM1; k=RSA; h=sha256; s=*; p=" + key,
      "v=DKIM1; g=*; k=rsa; p=" + key,
      "v=DKIM1; g=alice; k=rsa; p=" + key,
      "v=DKIM1; k=rsa; t=x:u; p=" + key,
      "v=DKIM1; k=rsa; s=email; t=s; p=" + key,
      "  v = DKIM1 ; k = rsa ; p = " + key,
      "v=DKIM1; k=rsa; p=" + read_data("rsa2048-pkcs1.b64"),
      unpadded,
  };
  for (const std::string& text : records) {
    INFO(text);
    const KeyRecord record = parse_key_record(text);
    CHECK(to_string(record.cause) == to_string(Cause::kNone));
    CHECK(record.public_key != nullptr);
    CHECK(record.type == KeyType::kRsa);
    CHECK((record.bits == 2048 || record.bits == 4096));
    CHECK(record.serves_email);
    CHECK(record.allows_sha256);
  }
}

TEST_CASE("key records that cannot be used say why") {
  const std::string key = spki();
  struct Row {
    std::string text;
    Cause cause;
  };
  const Row rows[] = {
      {"", Cause::kKeySyntax},
      {"v=DKIM1", Cause::kKeySyntax},
      {"v=DKIM1; p=", Cause::kRevoked},
      {"v=DKIM1; k=rsa; p= ;", Cause::kRevoked},
      {"v=DKIM2; p=" + key, Cause::kKeySyntax},
      {"v=dkim1; p=" + key, Cause::kKeySyntax},
      {"p=" + key + "; p=" + key, Cause::kKeySyntax},
      {"k=dsa; p=" + key, Cause::kKeyTypeMismatch},
      {"p=*" + key, Cause::kKeySyntax},
      {"p=" + key.substr(0, key.size() - 8), Cause::kKeySyntax},
      {"p=" + key.substr(0, 40), Cause::kKeySyntax},
      {"k=ed25519; p=" + key, Cause::kKeyTypeMismatch},
      {"k=rsa; p=AAAA", Cause::kKeySyntax},
      {"p=" + read_data("rsa512.b64"), Cause::kKeyTooSmall},
      {"p=" + read_data("rsa1023.b64"), Cause::kKeyTooSmall},
      {"p=" + read_data("rsa8192.b64"), Cause::kKeyTooLarge},
      {"p=" + read_data("rsa16384.b64"), Cause::kKeyTooLarge},
      {"p=" + read_data("rsa2048-large-exponent.b64"), Cause::kKeySyntax},
      {"n=" + std::string(100'000, 'x') + "; p=" + key, Cause::kKeyTooLarge},
  };
  for (const Row& row : rows) {
    INFO(row.text.substr(0, 300));
    const KeyRecord record = parse_key_record(row.text);
    CHECK(to_string(record.cause) == to_string(row.cause));
    CHECK(record.public_key == nullptr);
  }
}

TEST_CASE("an Ed25519 record is 32 octets (RFC 8463 appendix A.2)") {
  const KeyRecord record = parse_key_record(
      "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  CHECK(record.cause == Cause::kNone);
  CHECK(record.type == KeyType::kEd25519);
  CHECK(record.bits == 256);
}

TEST_CASE("flags, hashes and services are lists") {
  const std::string key = spki();
  const KeyRecord both = parse_key_record("t=y : s; p=" + key);
  CHECK(both.testing);
  CHECK(both.strict_auid);
  CHECK_FALSE(parse_key_record("h=sha1; p=" + key).allows_sha256);
  CHECK(parse_key_record("h=sha1 : sha256; p=" + key).allows_sha256);
  CHECK_FALSE(parse_key_record("s=other; p=" + key).serves_email);
  CHECK(parse_key_record("s=other:*; p=" + key).serves_email);
  // Words that nobody knows are ignored, and say nothing.
  const KeyRecord unknown =
      parse_key_record("t=z; h=sha512:sha256; s=x:email; p=" + key);
  CHECK_FALSE(unknown.testing);
  CHECK_FALSE(unknown.strict_auid);
  CHECK(unknown.allows_sha256);
  CHECK(unknown.serves_email);
}

TEST_CASE("among several records at a name the usable ones are kept") {
  const std::string key = "v=DKIM1; p=" + spki();
  CHECK(parse_key_records({"v=spf1 -all", key, "junk"}).size() == 1);
  CHECK(parse_key_records({"v=spf1 -all", "junk"}).size() == 2);
  CHECK(parse_key_records({key, "v=DKIM1; p="}).size() == 2);
  CHECK(parse_key_records(std::vector<std::string>(100, key)).size() ==
        kMaxKeyRecords);
}

TEST_CASE("a key among the many TXT records of a wildcard is found") {
  std::vector<std::string> texts = {"v=spf1 -all", "v=DMARC1; p=reject"};
  for (int i = 0; i < 30; ++i) {
    texts.push_back("site-verification=" + std::to_string(i) + "token");
  }
  texts.push_back("v=DKIM1; p=" + spki());
  World world;
  world.dns.add("r._domainkey.example.org", texts);
  world.sign();
  CHECK(world.verify().status == Status::kPass);
}

TEST_CASE("any of several keys at a name may verify") {
  World world;
  world.dns.add(
      "r._domainkey.example.org",
      {"v=spf1 -all", test_key("rsa4096.pem", "a.example", "s")->record(),
       world.signing.keys[0]->record()});
  world.sign();
  CHECK(world.verify().status == Status::kPass);
}

}  // namespace dkim::testing
