#include "policy/default_policy.h"

#include <algorithm>

#include "mime/ascii.h"
#include "policy/bounce.h"
#include "policy/limits.h"
#include "policy/reply.h"

namespace policy {
namespace {

using Decision = std::optional<Judgement>;

// Permanent: the same envelope would be as long the next time.
Decision envelope_is_bounded(const Facts& facts) {
  if (!facts.envelope.too_many_recipients) return std::nullopt;
  return reject(Reason::kTooManyRecipients,
                "554 5.5.3 Too many recipients, send to fewer at a time");
}

Decision header_is_sound(const Facts& facts) {
  if (facts.header.too_large()) {
    return reject(Reason::kHeaderTooLarge,
                  "554 5.6.0 Header section too large");
  }
  const mime::AuthorDefect author = facts.header.author().defect;
  // The reply about From says more than "repeated-field".
  const bool is_about_from =
      facts.header_defect == mime::Defect::kRepeatedField &&
      author == mime::AuthorDefect::kRepeated;
  if (facts.header_defect && !is_about_from) {
    const std::string word(to_string(*facts.header_defect));
    return reject(Reason::kMalformed, "554 5.6.0 Malformed message: " + word,
                  word);
  }
  if (author != mime::AuthorDefect::kNone) {
    const std::string word(to_string(author));
    return reject(Reason::kAuthor, "500 5.7.1 Invalid FROM header: " + word,
                  word);
  }
  return std::nullopt;
}

bool is_small_secure_join(const Facts& facts) {
  return facts.shape->shape == mime::Shape::kSecureJoin &&
         facts.envelope.recipients.size() == 1 &&
         facts.header.octets() + facts.shape->body_octets <= kMaxSecureJoin;
}

bool is_setup_message_to_oneself(const Facts& facts) {
  return facts.shape->shape == mime::Shape::kAutocryptSetup &&
         facts.envelope.recipients.size() == 1 &&
         mime::equal_ignoring_case(facts.envelope.recipients.front(),
                                   facts.header.author().mailbox.addr_spec());
}

// Why a message that a person could read does not pass: a shape has its own
// defects, and bounds that a message of that shape may exceed.
std::string_view cleartext_detail(const Facts& facts) {
  if (!facts.shape) return facts.cleartext_cause;
  const bool has_one_recipient = facts.envelope.recipients.size() == 1;
  switch (facts.shape->shape) {
    case mime::Shape::kSecureJoin:
      return has_one_recipient ? "secure-join-too-large"
                               : "secure-join-recipients";
    case mime::Shape::kAutocryptSetup:
      return has_one_recipient ? "autocrypt-setup-to-another"
                               : "autocrypt-setup-recipients";
    case mime::Shape::kBounce:
      if (facts.envelope.direction != Direction::kInbound) {
        return "bounce-by-user";
      }
      return facts.envelope.reverse_path.empty() ? "bounce-beyond-bounds"
                                                 : "bounce-with-reverse-path";
    default:
      return facts.shape->defect;
  }
}

Judgement cleartext(const Facts& facts) {
  return reject(Reason::kCleartext,
                "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail",
                std::string(cleartext_detail(facts)));
}

Decision inbound_is_encrypted(Facts& facts) {
  if (!facts.shape && facts.cleartext_cause.empty()) return std::nullopt;
  if (facts.shape &&
      (facts.shape->shape == mime::Shape::kEncrypted ||
       is_small_secure_join(facts) || is_acceptable_bounce(facts))) {
    return std::nullopt;
  }
  if (facts.recipients.lookup_failed()) {
    return tempfail(Reason::kAccountLookup,
                    "451 4.3.0 Accounts cannot be read, try again later");
  }
  if (facts.recipients.all_take_cleartext()) return std::nullopt;
  return cleartext(facts);
}

// Two texts of one address compare equal; "" when it is none.
std::string canonical_address(const std::string& text) {
  const bool is_ipv6 = text.find(':') != std::string::npos;
  return mime::address_of_literal(is_ipv6 ? "IPv6:" + text : text);
}

// A literal has no DNS, so no key: the connection has to come from it.
Decision literal_author_is_proven(const Facts& facts) {
  if (facts.configuration.address_literals_from_anywhere) return std::nullopt;
  const std::string address =
      mime::address_of_literal(facts.header.author().mailbox.domain);
  if (!address.empty() &&
      address == canonical_address(facts.envelope.client_address)) {
    return std::nullopt;
  }
  return reject(Reason::kAddressLiteral,
                "554 5.7.1 No valid DKIM signature found: the message does not "
                "come from " +
                    quoted(facts.header.author().mailbox.domain));
}

Decision author_is_proven(Facts& facts) {
  if (facts.world.assumed_dkim == dkim::Status::kPass) return std::nullopt;
  if (facts.header.author().mailbox.has_address_literal()) {
    return literal_author_is_proven(facts);
  }
  const dkim::VerificationResult& result = facts.dkim();
  const std::string cause =
      facts.world.assumed_dkim ? "result is assumed" : result.cause_text;
  switch (facts.world.assumed_dkim.value_or(result.status)) {
    case dkim::Status::kPass:
      return std::nullopt;
    case dkim::Status::kNone:
      return reject(Reason::kUnsigned, "554 5.7.1 No DKIM signature found");
    case dkim::Status::kTemperror:
      return tempfail(Reason::kKeyLookup, "451 4.7.5 Key " + cause,
                      to_string(result.cause));
    default:
      return reject(Reason::kDkim,
                    "554 5.7.1 No valid DKIM signature found: " + cause,
                    to_string(result.cause));
  }
}

Decision recipients_exist(Facts& facts) {
  if (facts.recipients.lookup_failed()) {
    return tempfail(Reason::kAccountLookup,
                    "451 4.3.0 Accounts cannot be read, try again later");
  }
  if (facts.recipients.all_unknown()) {
    return reject(Reason::kUnknownRecipient, "550 5.1.1 User unknown");
  }
  return std::nullopt;
}

Decision is_within_limits(const Facts& facts) {
  Spend spend;
  spend.login = facts.envelope.login;
  spend.client_address = facts.envelope.client_address;
  spend.shape = facts.shape->shape;
  spend.recipient_count = static_cast<int>(facts.envelope.recipients.size());
  spend.author_domain = facts.header.author().mailbox.domain;
  const SpendAnswer answer = facts.world.limits.spend(spend);
  const std::string_view who =
      spend.login.empty() ? spend.author_domain : spend.login;
  switch (answer.kind) {
    case SpendAnswer::Kind::kGranted:
      break;
    case SpendAnswer::Kind::kTooMuch:
      return tempfail(Reason::kRate, "450 4.7.1 Too much mail from <" +
                                         quoted(who) + ">, wait " +
                                         std::to_string(answer.wait.count()) +
                                         " s");
    case SpendAnswer::Kind::kTemporaryError:
      return tempfail(Reason::kLimitLookup,
                      "451 4.3.0 Limits cannot be asked, try again later");
  }
  return std::nullopt;
}

Decision decide_inbound(Facts& facts) {
  if (Decision no = envelope_is_bounded(facts)) return no;
  if (Decision no = header_is_sound(facts)) return no;
  if (Decision no = inbound_is_encrypted(facts)) return no;
  if (!facts.shape) return std::nullopt;
  if (Decision no = author_is_proven(facts)) return no;
  // Last, so that only a sender whose message passed everything learns it.
  if (Decision no = recipients_exist(facts)) return no;
  if (facts.recipients.all_disabled()) return discard(Reason::kDisabled);
  // Shapes that are readable have their own narrow limits.
  if (facts.shape->shape == mime::Shape::kSecureJoin ||
      facts.shape->shape == mime::Shape::kBounce) {
    return is_within_limits(facts);
  }
  return std::nullopt;
}

Decision author_is_sender(const Facts& facts) {
  const std::string author = facts.header.author().mailbox.addr_spec();
  if (mime::equal_ignoring_case(author, facts.envelope.reverse_path)) {
    return std::nullopt;
  }
  return reject(Reason::kFrom, "500 5.7.1 Invalid FROM <" + quoted(author) +
                                   "> for <" +
                                   quoted(facts.envelope.reverse_path) + ">");
}

Decision outbound_is_encrypted(const Facts& facts) {
  if (!facts.shape && facts.cleartext_cause.empty()) return std::nullopt;
  if (facts.shape &&
      (facts.shape->shape == mime::Shape::kEncrypted ||
       is_small_secure_join(facts) || is_setup_message_to_oneself(facts))) {
    return std::nullopt;
  }
  return cleartext(facts);
}

Decision sender_is_enabled(const Facts& facts) {
  if (facts.envelope.login.empty()) return std::nullopt;
  switch (
      facts.world.accounts.look_up(canonical_recipient(facts.envelope.login))) {
    case AccountState::kTemporaryError:
      return tempfail(Reason::kAccountLookup,
                      "451 4.3.0 Accounts cannot be read, try again later");
    case AccountState::kDisabled:
      return discard(Reason::kDisabled);
    default:
      return std::nullopt;
  }
}

Decision decide_outbound(Facts& facts) {
  if (Decision no = envelope_is_bounded(facts)) return no;
  if (Decision no = header_is_sound(facts)) return no;
  if (Decision no = author_is_sender(facts)) return no;
  if (!facts.header.message_id_fits()) {
    return reject(Reason::kMessageId,
                  "554 5.6.0 Message-ID has no standard form");
  }
  if (Decision no = outbound_is_encrypted(facts)) return no;
  if (!facts.shape) return std::nullopt;
  if (Decision no = sender_is_enabled(facts)) return no;
  return is_within_limits(facts);
}

}  // namespace

std::optional<Judgement> decide(Facts& facts) {
  switch (facts.envelope.direction) {
    case Direction::kInbound:
      return decide_inbound(facts);
    case Direction::kOutbound:
    case Direction::kLocal:
      return decide_outbound(facts);
    case Direction::kInternal:
      // A refused bounce jams Postfix's queue for days.
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace policy
