// `chatmail dkim`, with a DNS server on the loopback as the world.

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/ctl/command.h"
#include "deploy/ctl/message_reader.h"
#include "dkim/key_record.h"
#include "dkim/signer.h"
#include "dkim/signing_key.h"
#include "tests/dkim/dns_server.h"
#include "tests/mailbox/accounts_directory.h"

namespace test {
namespace {

using dkim::testing::DnsRecord;
using dkim::testing::DnsServer;
constexpr const char* kName = "opendkim._domainkey.a.example";

struct DkimWorld {
  DkimWorld() {
    surroundings.config_file = directory.path("chatmail.ini");
    surroundings.now = 1'790'000'000;
    configure("");
  }
  void configure(const std::string& more) const {
    std::ofstream(directory.path("chatmail.ini"))
        << "[params]\nmail_domain = a.example\ndkim_key = "
        << directory.path("opendkim.private")
        << "\ndns_timeout = 2\ndns_forwarders = " << server.forwarder() << '\n'
        << more;
  }
  // The exit status of `chatmail dkim WORDS`.
  int run(std::initializer_list<std::string> words) {
    std::vector<const char*> arguments = {"chatmail", "dkim"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    out.str("");
    err.str("");
    return ctl::run_chatmail(static_cast<int>(arguments.size()),
                             arguments.data(), surroundings);
  }
  void publish(const std::string& text) {
    server.set(kName, {DnsRecord::Kind::kTxt, {text}, {}, 300});
  }
  std::string published_text() {
    CHECK(run({"record", "--json"}) == 0);
    return nlohmann::json::parse(out.str())["text"];
  }
  bool out_says(const std::string& text) const {
    return out.str().find(text) != std::string::npos;
  }
  bool err_says(const std::string& text) const {
    return err.str().find(text) != std::string::npos;
  }

  TemporaryDirectory directory;
  DnsServer server;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  ctl::Surroundings surroundings{in, out, err};
};

std::string octets_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The quoted strings of a zone file, joined.
std::string quoted_strings(const std::string& text) {
  std::string joined;
  bool inside = false;
  for (const char c : text) {
    if (c == '"') {
      inside = !inside;
    } else if (inside) {
      joined += c;
    }
  }
  return joined;
}

std::string signed_by(const std::string& key_file, const std::string& author) {
  dkim::SignerOptions options;
  options.keys = {
      dkim::load_signing_key(key_file, "a.example", "opendkim").key};
  REQUIRE(options.keys[0] != nullptr);
  dkim::Signer signer(options, 1'790'000'000);
  signer.header_field("From", author);
  signer.end_of_header();
  signer.body("Hello\r\n");
  const auto result = signer.finish();
  REQUIRE(result.field_bodies.size() == 1);
  return "DKIM-Signature:" + result.field_bodies[0] + "\r\nFrom:" + author +
         "\r\n\r\nHello\r\n";
}

}  // namespace

TEST_CASE("dkim keygen makes a key that only its owner reads, and its record") {
  DkimWorld world;
  const std::string path = world.directory.path("opendkim.private");
  REQUIRE(world.run({"keygen"}) == 0);
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0137U) == 0);
  CHECK(world.out_says(std::string(kName) + ". 3600 IN TXT ("));
  const std::string text = quoted_strings(world.out.str());
  CHECK(text.starts_with("v=DKIM1;k=rsa;p="));
  CHECK(text.ends_with(";s=email;t=s"));
  const auto record = dkim::parse_key_record(text);
  CHECK(record.cause == dkim::Cause::kNone);
  CHECK(record.bits == 2048);
  CHECK(record.strict_auid);
  CHECK(record.serves_email);
  // The same is printed again, in strings that the DNS can hold.
  CHECK(world.published_text() == text);
  const auto told = nlohmann::json::parse(world.out.str());
  for (const auto& each : told["strings"]) {
    CHECK(each.get<std::string>().size() <= 255);
  }
}

TEST_CASE("dkim keygen never writes over a key") {
  DkimWorld world;
  const std::string path = world.directory.path("opendkim.private");
  REQUIRE(world.run({"keygen"}) == 0);
  const std::string before = octets_of(path);
  CHECK(world.run({"keygen"}) == 2);
  CHECK(world.err_says("is there already and stays as it is"));
  CHECK(octets_of(path) == before);
  CHECK(world.run({"keygen", "--type", "ed25519"}) == 2);
  CHECK(world.err_says("say --key and --selector"));
  CHECK(world.run({"keygen", "--type", "ed25519", "--selector", "e", "--key",
                   world.directory.path("e.private")}) == 0);
  CHECK(
      world.out_says("e._domainkey.a.example. 3600 IN TXT \"v=DKIM1;"
                     "k=ed25519;p="));
}

TEST_CASE("dkim record says what to do where there is no key") {
  DkimWorld world;
  CHECK(world.run({"record"}) == 2);
  CHECK(world.err_says("No such file"));
  CHECK(world.err_says("; make one by: chatmail dkim keygen"));
}

TEST_CASE("dkim says what is wrong with an option") {
  DkimWorld world;
  REQUIRE(world.run({"keygen"}) == 0);
  CHECK(world.run({"test", "--server", "nonsense"}) == 2);
  CHECK(world.err_says("--server wants ADDRESS or ADDRESS@PORT"));
  CHECK(world.run({"record", "--domain", "not a domain"}) == 2);
  CHECK(world.err_says("--domain: 'not a domain' is no domain name"));
  CHECK(world.run({"keygen", "--selector", "a b", "--key",
                   world.directory.path("other")}) == 2);
  CHECK(world.err_says("not a selector: a b"));
  CHECK(world.run({"verify", world.directory.path("")}) == 2);
  CHECK(world.run({"record", "--key", world.directory.path("chatmail.ini"),
                   "--selector", "s"}) == 2);
}

TEST_CASE("dkim record and test are about every key of chatmail.ini") {
  DkimWorld world;
  REQUIRE(world.run({"keygen"}) == 0);
  const std::string two = world.directory.path("two.private");
  REQUIRE(world.run({"keygen", "--type", "ed25519", "--selector", "two",
                     "--key", two}) == 0);
  world.configure(
      "more_mail_domains = b.example\ndkim_more_keys = "
      "a.example:two:" +
      two + "\n");
  CHECK(world.run({"record"}) == 0);
  for (const char* name :
       {"opendkim._domainkey.a.example.", "opendkim._domainkey.b.example.",
        "two._domainkey.a.example."}) {
    INFO(name);
    CHECK(world.out_says(name));
  }
  // As it signs: these fields, with an end.
  world.configure(
      "dkim_signed_fields = from\ndkim_oversigned_fields = none\n"
      "dkim_signature_lifetime = 60\n");
  world.publish(world.published_text());
  CHECK(world.run({"test"}) == 0);
  world.configure("dkim_signed_fields = to\n");
  CHECK(world.run({"test"}) == 2);
  CHECK(world.err_says("dkim_signed_fields: From has to be among them"));
}

TEST_CASE("a key that others may read is refused with the remedy") {
  DkimWorld world;
  REQUIRE(world.run({"keygen"}) == 0);
  const std::string path = world.directory.path("opendkim.private");
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  CHECK(world.run({"record"}) == 2);
  CHECK(
      world.err_says("others may read or write this private key; chmod 0600"));
}

TEST_CASE("dkim test signs, and verifies through the DNS") {
  DkimWorld world;
  REQUIRE(world.run({"keygen"}) == 0);
  world.publish(world.published_text());
  CHECK(world.run({"test"}) == 0);
  CHECK(
      world.out_says("pass      opendkim._domainkey.a.example: rsa-sha256, "
                     "2048 bits"));
  CHECK(world.server.asked(kName) >= 1);
}

TEST_CASE("dkim test says what to do about each failure") {
  struct Row {
    DnsRecord record;
    std::string result;
    std::string advice;
  };
  using Kind = DnsRecord::Kind;
  const auto text = [](std::string record) {
    return DnsRecord{Kind::kTxt, {std::move(record)}, {}, 300};
  };
  const auto other =
      dkim::generate_signing_key(dkim::KeyType::kRsa, "a.example", "opendkim");
  const Row rows[] = {
      {{Kind::kNodata, {}, {}, 30}, "permerror", "has no such record"},
      {{Kind::kServfail, {}, {}, 0}, "temperror", "no name server answered"},
      {{Kind::kSilent, {}, {}, 0}, "temperror", "no name server answered"},
      {text("v=DKIM1; p="), "permerror", "revokes the key"},
      {text("v=DKIM1; p=!"), "permerror", "cannot be used as it is"},
      {text(other.key->record()), "fail", "another key than the relay"},
  };
  for (const Row& row : rows) {
    INFO(row.result << ' ' << row.advice);
    DkimWorld world;
    REQUIRE(world.run({"keygen"}) == 0);
    world.server.set(kName, row.record);
    CHECK(world.run({"test"}) == 1);
    CHECK(world.out.str().starts_with(row.result));
    CHECK(world.out_says(row.advice));
  }
}

TEST_CASE("dkim verify tells each signature of a file") {
  DkimWorld world;
  REQUIRE(world.run({"keygen"}) == 0);
  const std::string key = world.directory.path("opendkim.private");
  world.publish(world.published_text());
  const std::string file = world.directory.path("message.eml");
  const auto verify = [&](const std::string& octets) {
    std::ofstream(file, std::ios::binary) << octets;
    return world.run({"verify", file});
  };
  const std::string good = signed_by(key, " alice@a.example");
  CHECK(verify(good) == 0);
  CHECK(world.out.str().starts_with("pass "));
  // Of another domain's author: it holds, and proves nothing about the author.
  CHECK(verify(signed_by(key, " alice@b.example")) == 1);
  CHECK(world.out.str().starts_with("pass "));
  CHECK(world.out_says("not of the author's domain"));
  CHECK(verify(good + "more\r\n") == 1);
  CHECK(
      world.out_says("fail      opendkim._domainkey.a.example: body hash "
                     "does not match"));
  CHECK(verify("From: alice@a.example\r\n\r\nHello\r\n") == 1);
  CHECK(world.err_says("no DKIM signature found"));
  CHECK(verify("From: bob@a.example\r\n" + good) == 1);
  CHECK(world.err_says("the message has no one author"));
  CHECK(world.run({"verify", world.directory.path("absent")}) == 2);
}

TEST_CASE("a key and record of opendkim-genkey work as they are") {
  DkimWorld world;
  const std::string path = world.directory.path("opendkim.private");
  const std::string command =
      "/usr/sbin/opendkim-genkey -b 2048 -d a.example -s opendkim -D " +
      path.substr(0, path.rfind('/')) + " 2>&1";
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-*, cert-*)
  world.publish(
      quoted_strings(octets_of(world.directory.path("opendkim.txt"))));
  CHECK(world.run({"test"}) == 0);
  CHECK(world.out.str().starts_with("pass "));
}

TEST_CASE("two selectors are live at once") {
  DkimWorld world;
  REQUIRE(world.run({"keygen"}) == 0);
  world.publish(world.published_text());
  const std::string next = world.directory.path("2027.private");
  const std::string selector = "2027";
  REQUIRE(world.run({"keygen", "--selector", selector, "--key", next}) == 0);
  world.server.set(
      "2027._domainkey.a.example",
      {DnsRecord::Kind::kTxt, {quoted_strings(world.out.str())}, {}, 300});
  CHECK(world.run({"test"}) == 0);
  CHECK(world.run({"test", "--selector", selector, "--key", next}) == 0);
  CHECK(world.out_says("pass      2027._domainkey.a.example"));
}

}  // namespace test
