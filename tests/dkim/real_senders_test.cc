// Key records and signatures as real zones and senders have them, which
// filters of chatmail relays have refused (filtermail#52, #53, #61, #62, #177),
// over the wire and through the resolver: each verifies.

#include <catch2/catch.hpp>

#include "dkim/unbound_resolver.h"
#include "dns_server.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

using Kind = DnsRecord::Kind;
constexpr const char* kName = "mail1._domainkey.example.org";

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

World mail1_world() {
  World world;
  world.signing.keys = {test_key("rsa2048.pem", "example.org", "mail1")};
  return world;
}

// "p=..." of the key that signs.
std::string key_tag(const World& world) {
  const std::string record = world.signing.keys[0]->record();
  return record.substr(record.find("p="));
}

// A resolver that knows nothing yet.
VerificationResult verify_by(const DnsServer& server, const World& world) {
  UnboundOptions options;
  options.forwarders = {server.forwarder()};
  const auto made = UnboundResolver::create(std::move(options));
  REQUIRE(made.error.empty());
  Verifier verifier(world.verifying, *made.resolver);
  for (const auto& [name, body] : world.message.fields) {
    verifier.header_field(name, body);
  }
  verifier.end_of_header(world.author_domain, world.verified_at);
  verifier.body(world.message.body);
  return verifier.finish(soon());
}

std::string inserted(std::string text, std::size_t at, std::string_view what) {
  return text.insert(at, what);
}

}  // namespace

TEST_CASE("key records of real zones verify over the wire") {
  World world = mail1_world();
  world.sign();
  const std::string p = key_tag(world);
  struct Row {
    const char* what;
    DnsRecord record;
  };
  const auto text = [](std::string record) {
    return DnsRecord{Kind::kTxt, {std::move(record)}};
  };
  const auto in_strings_of = [&](std::size_t size) {
    DnsRecord record{Kind::kTxt, {"v=DKIM1; k=rsa; " + p}};
    record.string_size = size;
    return record;
  };
  std::vector<std::string> many = {"v=spf1 include:_spf.example.net ~all"};
  for (int i = 0; i < 20; ++i) {
    many.push_back("site-verification=" + std::to_string(i * 7919));
  }
  many.push_back("v=DKIM1; k=rsa; " + p);
  const Row rows[] = {
      {"as it should be", text("v=DKIM1; k=rsa; " + p)},
      {"without v= (#62)", text("k=rsa; " + p)},
      {"p= alone (#62)", text(p)},
      {"without k=", text("v=DKIM1; " + p)},
      {"in quotes (#61)", text("\"v=DKIM1; k=rsa; " + p + "\"")},
      {"in escaped quotes (#61)", text("\\\"v=DKIM1; k=rsa; " + p + "\\\"")},
      {"escaped quotes inside p= (#61)",
       text("v=DKIM1; k=rsa; " + inserted(p, 200, "\\\" \\\""))},
      {"quotes inside p= (#61)",
       text("v=DKIM1; k=rsa; " + inserted(p, 200, "\" \""))},
      {"escaped semicolons", text("v=DKIM1\\; k=rsa\\; " + p)},
      {"LF inside p=", text("v=DKIM1; k=rsa; " + inserted(p, 100, "\n"))},
      {"CRLF and TAB inside p=",
       text("v=DKIM1; k=rsa;\r\n\t" + inserted(p, 100, "\r\n\t"))},
      {"blanks inside p= and at its end",
       text("v=DKIM1; k=rsa; " + inserted(p, 50, "   ") + "  ")},
      {"in strings of one octet", in_strings_of(1)},
      {"in strings of 64 octets", in_strings_of(64)},
      {"in strings of 127 octets", in_strings_of(127)},
      {"no blanks, a final semicolon", text("v=DKIM1;k=rsa;" + p + ";")},
      {"v= behind the others", text("k=rsa; " + p + "; v=DKIM1")},
      {"tags that nobody knows", text("v=DKIM1; k=rsa; u=x; y2 = 3 ; " + p)},
      {"g= of RFC 4871", text("v=DKIM1; k=rsa; g=*; " + p)},
      {"notes, flags, hashes and services",
       text("v=DKIM1; k=rsa; h=sha256:sha1; n=a note; s=*:email; t=y; " + p)},
      {"among many TXT records", {Kind::kTxt, many}},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    DnsServer server;
    server.set(kName, row.record);
    const VerificationResult result = verify_by(server, world);
    INFO(result.cause_text);
    CHECK(result.status == Status::kPass);
  }
}

TEST_CASE("a key behind one CNAME and behind several is found (#177)") {
  World world = mail1_world();
  world.sign();
  for (const int aliases : {1, 2, 5}) {
    INFO(aliases);
    DnsServer server;
    std::string name = kName;
    for (int i = 0; i < aliases; ++i) {
      const std::string target =
          "key" + std::to_string(i) + ".dkimroot.provider.example";
      server.set(name, {Kind::kCname, {}, target});
      name = target;
    }
    server.set(name, {Kind::kTxt, {world.signing.keys[0]->record()}});
    CHECK(verify_by(server, world).status == Status::kPass);
  }
}

TEST_CASE("a simple header with foldings and blanks verifies (#52, #53)") {
  for (const auto body_form :
       {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    World world = mail1_world();
    world.message.fields = {
        {"From", "  \"Alice  A.\"  <alice@example.org> "},
        {"To", " bob@example.net,\r\n  carol@example.net"},
        {"Subject", "\tA  subject \r\n with\ttabs"},
        {"MIME-Version", "1.0"},
        {"Date", " Tue, 14 Nov 2023 22:13:20 +0000"},
    };
    world.signing.header_canonicalization = Canonicalization::kSimple;
    world.signing.body_canonicalization = body_form;
    world.sign();
    DnsServer server;
    server.set(kName, {Kind::kTxt, {world.signing.keys[0]->record()}});
    CHECK(verify_by(server, world).status == Status::kPass);
    // Simple is simple: one blank more is another message.
    world.message.fields[2].second += " ";
    CHECK(verify_by(server, world).cause == Cause::kSignature);
  }
}

TEST_CASE("keys of 4096 bits verify over the wire") {
  World world = mail1_world();
  world.signing.keys = {test_key("rsa4096.pem", "example.org", "mail1")};
  world.sign();
  DnsServer server;
  server.set(kName, {Kind::kTxt, {world.signing.keys[0]->record()}});
  const VerificationResult result = verify_by(server, world);
  CHECK(result.status == Status::kPass);
  CHECK(result.signatures.at(0).key_bits == 4096);
}

TEST_CASE("the author's signature counts beside those of mailing services") {
  World world = mail1_world();
  const auto service = test_key("rsa4096.pem", "service.example", "s1");
  const auto ed25519 = test_key("ed25519.pem", "lists.example", "s2");
  world.signing.keys = {service, ed25519, world.signing.keys[0]};
  world.sign();
  DnsServer server;
  server.set(kName, {Kind::kTxt, {world.signing.keys[2]->record()}});
  // Nobody asks for the others' keys, so theirs may be silent.
  server.set("s1._domainkey.service.example", {Kind::kSilent});
  server.set("s2._domainkey.lists.example", {Kind::kSilent});
  const VerificationResult result = verify_by(server, world);
  CHECK(result.status == Status::kPass);
  CHECK(result.signature_fields == 3);
  CHECK(server.asked("s1._domainkey.service.example") == 0);
  CHECK(server.asked("s2._domainkey.lists.example") == 0);
}

}  // namespace dkim::testing
