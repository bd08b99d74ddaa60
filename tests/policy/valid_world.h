#pragma once

// A world in which everything is right; a test breaks one thing and demands
// the exact reply.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dkim/signer.h"
#include "dkim/table_resolver.h"
#include "policy/judge.h"

namespace policy_test {

class FakeAccounts : public policy::Accounts {
 public:
  policy::Account look_up(std::string_view address) override;
  std::map<std::string, policy::AccountState, std::less<>> states;
  std::map<std::string, std::int64_t, std::less<>> created;
  int look_ups = 0;
};

class FakeLimits : public policy::Limits {
 public:
  policy::SpendAnswer spend(const policy::Spend& spend) override;
  policy::SpendAnswer answer;
  std::vector<policy::Spend> spent;
};

// One message and all around it.  Alice writes from alice.example, Bob's relay
// is relay.example.
struct ValidWorld {
  explicit ValidWorld(policy::Direction direction);

  policy::Judgement judge(std::size_t chunk_octets = 65535);
  // Signs the message for alice.example, on top of its fields.
  void sign();
  // Sets the body of the one field of that name.
  void set_field(const std::string& name, const std::string& body);
  void remove_field(const std::string& name);
  void add_field(const std::string& name, const std::string& body);
  // The message as it stands after the judgement's plan.
  std::vector<policy::HeaderField> queued_fields(
      const policy::Judgement& judgement) const;

  policy::Configuration configuration;
  policy::Envelope envelope;
  FakeAccounts accounts;
  FakeLimits limits;
  dkim::TableResolver keys;
  std::shared_ptr<const dkim::SigningKey> alice_key;
  std::shared_ptr<const dkim::SigningKey> relay_key;
  std::vector<policy::HeaderField> fields;
  std::string body;
  // Whether the refusal came at the end of the header section.
  bool refused_at_header = false;
};

// "523 5.7.1 Encryption Needed", or "accept".
std::string told(const policy::Judgement& judgement);

// The octets of a file under corpus/.
std::string corpus_file(const std::string& name);

// The bounds that rules/*.conf set, for tests at their edge.
inline constexpr std::size_t kMaxSecureJoin = std::size_t{20} * 1024;
inline constexpr std::size_t kMaxBounceText = 1024;
inline constexpr std::size_t kMaxBounceDiagnostic = 512;
inline constexpr std::size_t kMaxOwnBounceText = std::size_t{64} * 1024;

inline constexpr std::int64_t kNow = 1795449600;

}  // namespace policy_test
