#include "tests/policy/valid_world.h"

#include <openssl/evp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "mime/ascii.h"
#include "policy/reply.h"
#include "tests/policy/shipped_rules.h"

namespace policy_test {
namespace {

// Made anew in each run: a test key.
std::shared_ptr<const dkim::SigningKey> make_key(const std::string& domain) {
  std::shared_ptr<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"),
                                EVP_PKEY_free);
  return std::make_shared<dkim::SigningKey>(
      domain, "s1", dkim::KeyType::kEd25519, std::move(key));
}

void split_message(const std::string& message,
                   std::vector<policy::HeaderField>& fields,
                   std::string& body) {
  const std::size_t end = message.find("\r\n\r\n");
  REQUIRE(end != std::string::npos);
  body = message.substr(end + 4);
  std::size_t at = 0;
  while (at < end + 2) {
    std::size_t line_end = message.find("\r\n", at);
    while (mime::is_blank(message[line_end + 2])) {
      line_end = message.find("\r\n", line_end + 2);
    }
    const std::size_t colon = message.find(':', at);
    fields.push_back({message.substr(at, colon - at),
                      message.substr(colon + 1, line_end - colon - 1)});
    at = line_end + 2;
  }
}

}  // namespace

policy::Account FakeAccounts::look_up(std::string_view address) {
  ++look_ups;
  const auto found = states.find(address);
  if (found == states.end()) return {};
  policy::Account account{found->second};
  const auto made = created.find(address);
  if (made != created.end()) account.created = made->second;
  return account;
}

policy::SpendAnswer FakeLimits::spend(const policy::Spend& spend) {
  spent.push_back(spend);
  return answer;
}

std::string corpus_file(const std::string& name) {
  std::ifstream file(CHATMILTER_SOURCE_DIR "/corpus/" + name, std::ios::binary);
  REQUIRE(file);
  std::ostringstream octets;
  octets << file.rdbuf();
  return octets.str();
}

ValidWorld::ValidWorld(policy::Direction direction)
    : alice_key(make_key("alice.example")),
      relay_key(make_key("relay.example")) {
  configuration.rulebook = shipped_rules();
  configuration.mail_domains = {"relay.example"};
  configuration.signing_keys = {relay_key};
  accounts.states["bob@relay.example"] = policy::AccountState::kEnforcing;
  keys.add("s1._domainkey.alice.example", {alice_key->record()});
  keys.add("s1._domainkey.relay.example", {relay_key->record()});
  split_message(corpus_file("encrypted/real-core257-same-text0.eml"), fields,
                body);
  envelope.direction = direction;
  envelope.client_address = "192.0.2.7";
  if (direction == policy::Direction::kInbound) {
    envelope.reverse_path = "alice@alice.example";
    envelope.recipients = {"bob@relay.example"};
    set_field("From", " <alice@alice.example>");
    sign();
  } else {
    envelope.login = "bob@relay.example";
    envelope.reverse_path = "bob@relay.example";
    envelope.recipients = {"alice@alice.example"};
    set_field("From", " <bob@relay.example>");
  }
}

void ValidWorld::sign() {
  dkim::SignerOptions options;
  options.keys = {alice_key};
  dkim::Signer signer(options, kNow);
  for (const policy::HeaderField& field : fields) {
    signer.header_field(field.name, field.body);
  }
  signer.end_of_header();
  signer.body(body);
  dkim::SigningResult result = signer.finish();
  REQUIRE(result.error.empty());
  fields.insert(fields.begin(),
                {"DKIM-Signature", result.field_bodies.front()});
}

void ValidWorld::set_field(const std::string& name,
                           const std::string& field_body) {
  for (policy::HeaderField& field : fields) {
    if (mime::equal_ignoring_case(field.name, name)) {
      field.body = field_body;
      return;
    }
  }
  FAIL("no field " << name);
}

void ValidWorld::remove_field(const std::string& name) {
  const auto gone = std::remove_if(
      fields.begin(), fields.end(), [&](const policy::HeaderField& field) {
        return mime::equal_ignoring_case(field.name, name);
      });
  REQUIRE(gone != fields.end());
  fields.erase(gone, fields.end());
}

void ValidWorld::add_field(const std::string& name,
                           const std::string& field_body) {
  fields.push_back({name, field_body});
}

policy::Judgement ValidWorld::judge(std::size_t chunk_octets) {
  policy::Judge judge(
      std::make_shared<const policy::Configuration>(configuration), envelope,
      {accounts, limits, keys, kNow, std::chrono::milliseconds(1000), {}});
  for (const policy::HeaderField& field : fields) {
    judge.header_field(field.name, field.body);
  }
  refused_at_header = false;
  if (auto refused = judge.end_of_header()) {
    refused_at_header = true;
    return *refused;
  }
  for (std::size_t at = 0; at < body.size(); at += chunk_octets) {
    judge.body(std::string_view(body).substr(at, chunk_octets));
  }
  return judge.end();
}

std::vector<policy::HeaderField> ValidWorld::queued_fields(
    const policy::Judgement& judgement) const {
  return policy::apply(judgement.plan, fields);
}

std::string told(const policy::Judgement& judgement) {
  switch (judgement.verdict) {
    case policy::Verdict::kAccept:
      return "accept";
    case policy::Verdict::kDiscard:
      return "discard";
    default:
      return to_string(judgement.reply);
  }
}

}  // namespace policy_test
