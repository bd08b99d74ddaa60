#include "policy/policyd/request_facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/envelope.h"
#include "policy/shared_facts.h"
#include "policy/spend_request.h"

namespace policyd {
namespace {

using policy::Fact;
using rules::Value;

constexpr std::string_view kPolicyRequest = "smtpd_access_policy";

constexpr std::array kOfPostfix = {
    Attribute::kProtocolState, Attribute::kClientAddress,
    Attribute::kHeloName,      Attribute::kSender,
    Attribute::kRecipient,     Attribute::kSaslUsername};
constexpr std::array kOfSpend = {
    Attribute::kDirection,     Attribute::kLogin, Attribute::kReversePath,
    Attribute::kClientAddress, Attribute::kShape, Attribute::kRecipientCount,
    Attribute::kAuthorDomain,  Attribute::kSize};

template <std::size_t N>
constexpr std::uint32_t bits_of(const std::array<Attribute, N>& attributes) {
  std::uint32_t bits = 0;
  for (const Attribute attribute : attributes) {
    bits |= Request::bit_of(attribute);
  }
  return bits;
}

template <std::size_t N>
std::string missing(const Request& request,
                    const std::array<Attribute, N>& wanted) {
  if (request.has_all(bits_of(wanted))) return {};
  for (const Attribute attribute : wanted) {
    if (!request.has(attribute)) {
      return "no attribute " + std::string(to_string(attribute));
    }
  }
  return {};
}

// Words of a fact are separated by '|'.
bool is_word_of(Fact fact, std::string_view word) {
  std::string_view words =
      policy::vocabulary().facts[static_cast<std::size_t>(fact)].words;
  while (true) {
    const std::size_t bar = words.find('|');
    if (words.substr(0, bar) == word) return true;
    if (bar == std::string_view::npos) return false;
    words.remove_prefix(bar + 1);
  }
}

std::string wrong_value(const Request& request) {
  const bool spends =
      request.value(Attribute::kRequest) == policy::kSpendRequest;
  for (const Attribute attribute :
       {Attribute::kRecipientCount, Attribute::kSize}) {
    if (!request.number(attribute)) {
      return std::string(to_string(attribute)) + " is no number";
    }
    // Postfix has nothing to say at some stages, the milter always has.
    if (spends && request.value(attribute).empty()) {
      return std::string(to_string(attribute)) + " is empty";
    }
  }
  if (!spends) return {};
  if (!is_word_of(Fact::kDirection, request.value(Attribute::kDirection))) {
    return "direction is no word of it";
  }
  if (!is_word_of(Fact::kShape, request.value(Attribute::kShape))) {
    return "shape is no word of it";
  }
  return {};
}

std::optional<Occasion> occasion_of(const Request& request) {
  const std::string_view context = request.value(Attribute::kPolicyContext);
  if (context == policy::kOnRecipient) return Occasion::kRecipient;
  if (context == policy::kOnData) return Occasion::kData;
  const std::string_view state = request.value(Attribute::kProtocolState);
  if (state == "RCPT") return Occasion::kRecipient;
  if (state == "DATA" || state == "END-OF-MESSAGE" || state == "BDAT") {
    return Occasion::kData;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Occasion occasion) {
  switch (occasion) {
    case Occasion::kRecipient:
      return policy::kOnRecipient;
    case Occasion::kData:
      return policy::kOnData;
    case Occasion::kSpend:
      break;
  }
  return policy::kOnLimits;
}

RequestKind kind_of(const Request& request) {
  RequestKind kind;
  if (request.repeated()) {
    kind.unusable =
        "two attributes " + std::string(to_string(*request.repeated()));
    return kind;
  }
  const std::string_view name = request.value(Attribute::kRequest);
  if (name == policy::kSpendRequest) {
    kind.occasion = Occasion::kSpend;
    kind.unusable = missing(request, kOfSpend);
  } else if (name == kPolicyRequest) {
    kind.occasion = occasion_of(request);
    kind.unusable = missing(request, kOfPostfix);
  } else {
    kind.unusable = "a request of another kind, or of none";
  }
  if (kind.unusable.empty()) kind.unusable = wrong_value(request);
  return kind;
}

void RequestFacts::begin(const Request& request, Occasion occasion) {
  request_ = &request;
  occasion_ = occasion;
  account_.reset();
  awaits_account_ = false;
  texts_used_ = 0;
}

std::string RequestFacts::account_address() const {
  return policy::canonical_recipient(login());
}

void RequestFacts::learn(const policy::Account& account) {
  account_ = account;
  awaits_account_ = false;
}

Value RequestFacts::kept(std::string_view text) {
  if (texts_used_ == texts_.size()) texts_.emplace_back();
  return Value::of(std::string_view(texts_[texts_used_++] = text));
}

Value RequestFacts::count_of_recipients() const {
  // At RCPT Postfix says 0 for the first, and counts those before it.
  if (occasion_ == Occasion::kRecipient) return Value::not_yet();
  return Value::of(request_->number(Attribute::kRecipientCount).value_or(0));
}

// Postfix does not tell which service asks; who logged in sends.
Value RequestFacts::direction() const {
  if (occasion_ == Occasion::kSpend) {
    return Value::of(request_->value(Attribute::kDirection));
  }
  if (login().empty()) return Value::not_yet();
  return Value::of(policy::to_string(policy::Direction::kOutbound));
}

Value RequestFacts::value(std::size_t fact, std::string_view) {
  using std::string_view;
  const string_view address = request_->value(Attribute::kClientAddress);
  switch (static_cast<Fact>(fact)) {
    case Fact::kDirection:
      return direction();
    case Fact::kLogin:
      return Value::of(login());
    case Fact::kReversePath:
      return Value::of(reverse_path());
    case Fact::kReversePathDomain:
      return kept(policy::domain_of(reverse_path()));
    case Fact::kClientAddress:
      return Value::of(address);
    case Fact::kClientNetwork:
      return kept(policy::client_network(address));
    case Fact::kClientIsLocal:
      return Value::of(policy::is_this_host(address));
    case Fact::kClientPort:
      return Value::of(request_->number(Attribute::kClientPort).value_or(0));
    case Fact::kClientHelo:
      return Value::of(request_->value(Attribute::kHeloName));
    case Fact::kTlsVersion:
      return Value::of(request_->value(Attribute::kEncryptionProtocol));
    case Fact::kTlsCipher:
      return Value::of(request_->value(Attribute::kEncryptionCipher));
    case Fact::kRecipient:
      return Value::of(request_->value(Attribute::kRecipient));
    case Fact::kRecipientDomain:
      return kept(policy::domain_of(request_->value(Attribute::kRecipient)));
    case Fact::kRecipientCount:
      return count_of_recipients();
    case Fact::kTime:
    case Fact::kHour:
    case Fact::kWeekday:
      return policy::time_value(static_cast<Fact>(fact), now_());
    case Fact::kAccountState:
    case Fact::kAccountAge:
      if (!account_ && !login().empty()) {
        account_ = accounts_.known(account_address());
        awaits_account_ = !account_;
        if (awaits_account_) return Value::not_yet();
      }
      return policy::account_value(static_cast<Fact>(fact), account_, now_());
    default:
      break;
  }
  if (occasion_ != Occasion::kSpend) return Value::not_yet();
  switch (static_cast<Fact>(fact)) {
    case Fact::kAuthorDomain:
      return Value::of(request_->value(Attribute::kAuthorDomain));
    case Fact::kShape:
      return Value::of(request_->value(Attribute::kShape));
    case Fact::kSize:
      return Value::of(request_->number(Attribute::kSize).value_or(0));
    default:
      // The compiler lets no other fact stand there.
      return Value::not_yet();
  }
}

}  // namespace policyd
