// `chatmail check` signs as the milter with the same chatmail.ini does.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/ctl/command.h"
#include "deploy/ctl/message_reader.h"
#include "dkim/signature.h"
#include "dkim/signing_key.h"
#include "tests/daemon/temporary_directory.h"

namespace test {
namespace {

struct CheckWorld {
  CheckWorld() {
    make_key("one.private");
    make_key("two.private");
    std::ifstream file(CHATMILTER_SOURCE_DIR
                       "/tests/golden/messages/encrypted.eml");
    std::ostringstream octets;
    octets << file.rdbuf();
    std::string message = octets.str();
    const std::string author = "wrffkoaw7@_a.example";
    message.replace(message.find(author), author.size(), "alice@relay.example");
    std::ofstream(directory.path("message.eml")) << message;
  }

  void make_key(const std::string& name) {
    const auto made = dkim::generate_signing_key(dkim::KeyType::kEd25519,
                                                 "relay.example", "s");
    REQUIRE(made.key != nullptr);
    std::ofstream(directory.path(name)) << made.key->private_pem();
    std::filesystem::permissions(directory.path(name),
                                 std::filesystem::perms::owner_read |
                                     std::filesystem::perms::owner_write);
  }

  // The exit status of a check of an outgoing message with such a file.
  int check(const std::string& lines) {
    std::ofstream(directory.path("chatmail.ini"))
        << "[params]\nmail_domain = relay.example\ndkim_key = "
        << directory.path("one.private") << "\ndkim_selector = one\n"
        << lines;
    const std::string ini = directory.path("chatmail.ini");
    emitted = directory.path("emitted");
    std::filesystem::create_directory(emitted);
    const std::string message = directory.path("message.eml");
    const std::vector<const char*> words = {
        "chatmail",  "check",  "--direction",   "outbound",     "--config",
        ini.c_str(), "--emit", emitted.c_str(), message.c_str()};
    std::istringstream in;
    out.str("");
    err.str("");
    ctl::Surroundings surroundings{
        .in = in, .out = out, .err = err, .now = 1'795'449'600};
    return ctl::run_chatmail(static_cast<int>(words.size()), words.data(),
                             surroundings);
  }

  // The bodies of the signature fields of what would be queued.
  std::vector<std::string> signatures() const {
    std::vector<std::string> bodies;
    for (const auto& entry : std::filesystem::directory_iterator(emitted)) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream octets;
      octets << file.rdbuf();
      for (const auto& field : ctl::read_message(octets.str()).fields) {
        if (field.name == "DKIM-Signature") bodies.push_back(field.body);
      }
    }
    return bodies;
  }

  TemporaryDirectory directory;
  std::string emitted;
  std::ostringstream out;
  std::ostringstream err;
};

std::string names_of(const dkim::Signature& signature) {
  std::string names;
  for (const auto name : signature.signed_fields) {
    names.append(names.empty() ? "" : ":").append(name);
  }
  return names;
}

}  // namespace

TEST_CASE("a check signs with all keys of the author's domain") {
  CheckWorld world;
  const std::string two = world.directory.path("two.private");
  REQUIRE(world.check("dkim_more_keys = relay.example:two:" + two +
                      " other.example:x:" + two + "\n") == 0);
  const auto bodies = world.signatures();
  REQUIRE(bodies.size() == 2);
  CHECK(dkim::parse_signature(bodies[0]).selector == "one");
  CHECK(dkim::parse_signature(bodies[1]).selector == "two");
  for (const std::string& body : bodies) {
    CHECK(dkim::parse_signature(body).domain == "relay.example");
  }
}

TEST_CASE("a check signs the fields, and with the times, that are set") {
  CheckWorld world;
  REQUIRE(world.check("dkim_signed_fields = From Date\n"
                      "dkim_oversigned_fields = From Subject\n"
                      "dkim_signature_lifetime = 3600\n") == 0);
  auto bodies = world.signatures();
  REQUIRE(bodies.size() == 1);
  const dkim::Signature signature = dkim::parse_signature(bodies[0]);
  CHECK(names_of(signature) == "from:from:date:subject:subject");
  CHECK(signature.timestamp == 1'795'449'600);
  CHECK(signature.expiration == 1'795'449'600 + 3600);

  CheckWorld without;
  REQUIRE(without.check("dkim_timestamp = no\n") == 0);
  bodies = without.signatures();
  REQUIRE(bodies.size() == 1);
  CHECK_FALSE(dkim::parse_signature(bodies[0]).timestamp);
  CHECK_FALSE(dkim::parse_signature(bodies[0]).expiration);
}

TEST_CASE("a check refuses settings of signatures that the milter refuses") {
  for (const char* lines :
       {"dkim_signed_fields = To Subject\n", "dkim_more_keys = nonsense\n",
        "dkim_more_keys = a.example:s:/nonexistent/key\n",
        "dkim_timestamp = no\ndkim_signature_lifetime = 60\n"}) {
    INFO(lines);
    CheckWorld world;
    CHECK(world.check(lines) == ctl::kExitUnusable);
    CHECK(world.err.str().find("dkim_") != std::string::npos);
  }
}

}  // namespace test
