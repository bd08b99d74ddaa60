#include "policy/vocabulary.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "policy/vocabulary_tables.h"

namespace policy {
namespace {

using rules::SectionDefinition;
using enum rules::Action;
using enum rules::Stage;

constexpr rules::Action kInboundActions[] = {kAccept,
                                             kReject,
                                             kDefer,
                                             kDiscard,
                                             kRemove,
                                             kReplace,
                                             kReplaceReversePath,
                                             kDropRecipients,
                                             kAddAuthenticationResults};
constexpr rules::Action kOutboundActions[] = {
    kAccept,  kReject,   kDefer, kDiscard,       kRemove,
    kReplace, kKeepOnly, kSign,  kDropRecipients};
// A refused bounce jams Postfix's queue for days.
constexpr rules::Action kInternalActions[] = {kAccept, kSign};
constexpr rules::Action kEnvelopeActions[] = {kAccept, kReject, kDefer,
                                              kDiscard};
constexpr rules::Action kLimitActions[] = {kLimit};

constexpr SectionDefinition kSections[] = {
    {kOnInbound, kEnd, kInboundActions, kOfMessage},
    {kOnOutbound, kEnd, kOutboundActions, kOfMessage},
    {kOnInternal, kEnd, kInternalActions, kOfMessage},
    {kOnRecipient, kEnvelope, kEnvelopeActions, kOfEnvelope},
    {kOnData, kEnvelope, kEnvelopeActions, kOfEnvelope | kOfData},
    {kOnLimits, kEnd, kLimitActions, kOfLimits},
};

constexpr std::string_view kHeaderSets[] = {kOutboundHeaders};
constexpr std::string_view kStates[] = {
    "unknown", "enforcing", "takes-cleartext", "disabled", "local", "remote"};
static_assert(std::size(kStates) == kRecipientStates);

const std::array<FactDefinition, kFacts>& all_facts() {
  static const auto all = [] {
    std::array<FactDefinition, kFacts> joined{};
    const auto first = envelope_vocabulary();
    const auto second = message_vocabulary();
    assert(first.size() + second.size() == kFacts);
    std::copy(second.begin(), second.end(),
              std::copy(first.begin(), first.end(), joined.begin()));
    return joined;
  }();
  return all;
}

}  // namespace

const rules::Vocabulary& vocabulary() {
  static const rules::Vocabulary all{all_facts(), kSections, kHeaderSets,
                                     kStates};
  return all;
}

}  // namespace policy
