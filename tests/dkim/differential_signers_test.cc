// What dkimpy and Mail::DKIM sign, both engines verify, in pieces of any size;
// and when one octet of it is another one, both say the same.
//
// make_differential.py writes the messages; ctest runs it before this program
// and names its file in DKIM_DIFFERENTIAL.  A disagreement that is known has a
// name and the section of the RFC that we follow; any other fails.

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <random>
#include <sstream>

#include "disagreements.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

struct Signed {
  std::string signer;
  std::string form;
  Message message;
};

std::vector<Signed> read_messages() {
  const char* path = std::getenv("DKIM_DIFFERENTIAL");
  REQUIRE(path != nullptr);
  std::istringstream in(read_file(path));
  std::vector<Signed> all;
  Signed each;
  std::size_t size = 0;
  while (in >> each.signer >> each.form >> size) {
    in.ignore(1);
    std::string octets(size, '\0');
    in.read(octets.data(), static_cast<std::streamsize>(size));
    each.message = split_message(octets);
    all.push_back(each);
  }
  return all;
}

World make_world(const Message& message) {
  static const std::string rsa =
      test_key("rsa1024.pem", "example.org", "rsa")->record();
  static const std::string ed25519 =
      test_key("ed25519.pem", "example.org", "ed25519")->record();
  World world;
  world.dns.add("rsa._domainkey.example.org", {rsa});
  world.dns.add("ed25519._domainkey.example.org", {ed25519});
  world.message = message;
  return world;
}

// The body in pieces of random sizes, some empty.
std::string verdict(World& world, EngineKind engine, std::mt19937& random) {
  world.verifying.engine = engine;
  Verifier verifier(world.verifying, world.dns);
  for (const auto& [name, body] : world.message.fields) {
    verifier.header_field(name, body);
  }
  verifier.end_of_header(world.author_domain, world.verified_at);
  std::string_view rest = world.message.body;
  const std::size_t most = std::array{2, 7, 60, 4000}[random() % 4];
  while (!rest.empty()) {
    const std::size_t size = random() % (most + 1);
    verifier.body(rest.substr(0, size));
    rest.remove_prefix(std::min(size, rest.size()));
  }
  const VerificationResult result = verifier.finish(no_wait());
  return std::string(to_string(result.status)) + " " +
         std::string(to_string(result.cause));
}

// Another octet in the place of one; what would be no field any more, or is
// not to be in one (RFC 5322 2.2), stays.
void change_octet(std::string& text, std::string_view octets,
                  std::mt19937& random) {
  if (text.empty()) return;
  const std::size_t at = random() % text.size();
  if (text[at] == '\r' || text[at] == '\n' ||
      (at > 0 && text[at - 1] == '\n')) {
    return;
  }
  text[at] = octets[random() % octets.size()];
}

void change_body(std::string& body, std::mt19937& random) {
  static constexpr std::string_view octets("ab \t.\r\n\0\xff", 9);
  const std::size_t at = random() % (body.size() + 1);
  const char octet = octets[random() % octets.size()];
  switch (random() % 3) {
    case 0:
      body.insert(at, 1, octet);
      break;
    case 1:
      body.erase(at, 1);
      break;
    default:
      if (at < body.size()) body[at] = octet;
  }
}

enum class Place { kNowhere, kBody, kHeader, kTags };

void change(World& world, Place place, std::mt19937& random) {
  Fields& fields = world.message.fields;
  switch (place) {
    case Place::kNowhere:
      return;
    case Place::kBody:
      return change_body(world.message.body, random);
    case Place::kHeader: {
      auto& [name, body] = fields[1 + random() % (fields.size() - 1)];
      std::string& text = random() % 4 == 0 ? name : body;
      return change_octet(text, "abFMT-xyz019._", random);
    }
    case Place::kTags:
      return change_octet(signature_of(world), "abcdhilqstvxz0123459=;:/+@. \t",
                          random);
  }
}

// The header section, and the end of the body.
std::string shown(const World& world) {
  std::string text;
  for (const auto& [name, body] : world.message.fields) {
    text += name + ":" + body.substr(0, 600) + "\n";
  }
  const std::string& body = world.message.body;
  const std::size_t most = 200;
  return text + "\n" + body.substr(body.size() - std::min(body.size(), most)) +
         "|";
}

}  // namespace

TEST_CASE("what dkimpy and Mail::DKIM sign passes in both engines") {
  std::map<std::string, int> kinds;
  std::mt19937 random(6376);
  for (const Signed& each : read_messages()) {
    World world = make_world(each.message);
    for (const auto engine : {EngineKind::kNative, EngineKind::kOpendkim}) {
      const std::string told = verdict(world, engine, random);
      if (told == "pass none") continue;
      INFO(each.signer << ' ' << each.form << '\n' << shown(world));
      REQUIRE(told == "pass none");
    }
    ++kinds[each.signer + ' ' + each.form];
  }
  // Three signers, four pairs of canonicalizations.
  CHECK(kinds.size() == 12);
  for (const auto& [kind, count] : kinds) {
    INFO(kind);
    CHECK(count >= 180);
  }
}

TEST_CASE("one octet changed in a signed message: both engines agree") {
  std::map<std::string_view, int> disagreements;
  std::map<std::string, int> verdicts;
  std::mt19937 random(8601);
  for (const Signed& each : read_messages()) {
    for (const Place place : {Place::kBody, Place::kHeader, Place::kTags}) {
      World world = make_world(each.message);
      change(world, place, random);
      const std::string native = verdict(world, EngineKind::kNative, random);
      const std::string other = verdict(world, EngineKind::kOpendkim, random);
      ++verdicts[native];
      if (native == other) continue;
      const std::string_view name = known_disagreement(world, native, other);
      INFO(each.signer << ' ' << each.form << '\n' << shown(world));
      INFO("native " << native << ", libopendkim " << other);
      REQUIRE_FALSE(name.empty());
      ++disagreements[name];
    }
  }
  for (const auto& [name, count] : disagreements) {
    WARN(count << " disagreements: " << name);
  }
  // Octets that do not matter, and those of body, header and each tag.
  CHECK(verdicts["pass none"] > 500);
  CHECK(verdicts["fail body-hash"] > 1000);
  CHECK(verdicts["fail signature"] > 1500);
  CHECK(verdicts.size() >= 10);
}

}  // namespace dkim::testing
