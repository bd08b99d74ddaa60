#include "deploy/services/doveauth/vocabulary.h"

#include <iterator>

namespace doveauth {
namespace {

using rules::Action;
using rules::Cost;
using rules::FactDefinition;
using rules::Stage;
using rules::Type;

constexpr FactDefinition fact(std::string_view name, Type type, Cost cost,
                              std::string_view about,
                              std::string_view example) {
  FactDefinition definition;
  definition.name = name;
  definition.type = type;
  definition.stage = Stage::kEnvelope;
  definition.cost = cost;
  definition.about = about;
  definition.example = example;
  return definition;
}

constexpr FactDefinition with_words(FactDefinition definition,
                                    std::string_view words) {
  definition.words = words;
  return definition;
}

constexpr FactDefinition with_argument(FactDefinition definition) {
  definition.has_argument = true;
  return definition;
}

// In the order of enum Fact.
constexpr FactDefinition kFacts[] = {
    fact("local-part", Type::kText, Cost::kFree,
         "what stands before the @ of the address", "local-part ~ \"^ci-\""),
    fact("local-part.length", Type::kNumber, Cost::kFree, "its octets",
         "local-part.length < 9"),
    fact("domain", Type::kText, Cost::kFree,
         "what stands behind the @ of the address", "domain is \"a.example\""),
    fact("password.length", Type::kNumber, Cost::kLookup,
         "characters of the password, without a valid invite token",
         "password.length < $password_min_length"),
    fact("password.octets", Type::kNumber, Cost::kFree,
         "octets of the whole password", "password.octets > 511"),
    fact("password.printable", Type::kFlag, Cost::kFree,
         "it is UTF-8 without control characters", "not password.printable"),
    fact("nocreate", Type::kFlag, Cost::kLookup,
         "the file nocreate_file is there", "nocreate"),
    with_words(fact("registration", Type::kWord, Cost::kFree,
                    "who may have an account: the setting of that name",
                    "registration is closed"),
               "open|invite|closed"),
    fact("invite.given", Type::kFlag, Cost::kFree,
         "the password begins with what could be a token", "invite.given"),
    fact("invite.valid", Type::kFlag, Cost::kLookup,
         "it is a token that is known, not expired and not used up",
         "invite.valid"),
    fact("client", Type::kAddress, Cost::kFree,
         "the address from which the login comes, as Dovecot passes it",
         "client in {\"192.0.2.0/24\"}"),
    fact("client-network", Type::kText, Cost::kFree,
         "its IPv4 address or IPv6 /64; empty when unknown or loopback",
         "client-network"),
    fact("load", Type::kNumber, Cost::kLookup,
         "the load average of the last minute, in hundredths",
         "load > $max_load_1m"),
    fact("load-average", Type::kText, Cost::kLookup,
         "the same, to be read: 5.10", "load-average is \"0.00\""),
    fact("available-memory", Type::kNumber, Cost::kLookup,
         "octets of memory that are available",
         "available-memory < $min_available_memory"),
    fact("available-memory-mb", Type::kNumber, Cost::kLookup, "the same in MiB",
         "available-memory-mb < 200"),
    fact("free-disk", Type::kNumber, Cost::kLookup,
         "octets that are free where the mailboxes are",
         "free-disk < $min_free_disk_space"),
    fact("free-disk-mb", Type::kNumber, Cost::kLookup, "the same in MiB",
         "free-disk-mb < 1024"),
    with_argument(fact("setting", Type::kText, Cost::kFree,
                       "the value of a key of chatmail.ini, to be read",
                       "setting[max_load_1m] is \"5.00\"")),
};
static_assert(std::size(kFacts) ==
              static_cast<std::size_t>(Fact::kSetting) + 1);

constexpr Action kCreateActions[] = {Action::kAccept, Action::kReject,
                                     Action::kDefer, Action::kLimit};
constexpr Action kLoginActions[] = {Action::kLimit};

rules::SectionDefinition section(std::string_view name,
                                 std::span<const Action> actions) {
  rules::SectionDefinition definition;
  definition.name = name;
  definition.last_stage = Stage::kEnvelope;
  definition.actions = actions;
  return definition;
}

}  // namespace

const rules::Vocabulary& account_vocabulary() {
  static const rules::SectionDefinition sections[] = {
      section(kCreateSection, kCreateActions),
      section(kLoginSection, kLoginActions)};
  static const rules::Vocabulary vocabulary = [] {
    rules::Vocabulary made;
    made.facts = kFacts;
    made.sections = sections;
    return made;
  }();
  return vocabulary;
}

}  // namespace doveauth
