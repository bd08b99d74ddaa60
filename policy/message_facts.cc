#include "policy/message_facts.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "mime/author.h"
#include "mime/encoded_words.h"
#include "policy/limits.h"
#include "policy/own_bounce.h"
#include "policy/shared_facts.h"

namespace policy {
namespace {

using rules::Value;

std::uint64_t number(std::size_t count) { return count; }

std::size_t others_than_sender(const Envelope& envelope) {
  const std::string sender = canonical_recipient(envelope.reverse_path);
  return static_cast<std::size_t>(
      std::count_if(envelope.recipients.begin(), envelope.recipients.end(),
                    [&](const std::string& recipient) {
                      return canonical_recipient(recipient) != sender;
                    }));
}

// Two texts of one address compare equal; "" when it is none.
std::string canonical_address(const std::string& text) {
  const bool is_ipv6 = text.find(':') != std::string::npos;
  return mime::address_of_literal(is_ipv6 ? "IPv6:" + text : text);
}

}  // namespace

MessageFacts::MessageFacts(const Configuration& configuration,
                           const Envelope& envelope,
                           const HeaderSection& header, World& world)
    : configuration_(configuration),
      envelope_(envelope),
      header_(header),
      world_(world),
      recipients_(configuration, envelope, world.accounts) {}

void MessageFacts::header_is_complete(std::optional<mime::Defect> defect,
                                      std::string_view cleartext_cause) {
  has_header_ = true;
  header_defect_ = defect;
  cleartext_cause_ = cleartext_cause;
}

void MessageFacts::message_is_complete(
    const mime::ShapeResult& shape,
    std::function<const dkim::VerificationResult&()> dkim) {
  shape_ = &shape;
  dkim_ = std::move(dkim);
}

Value MessageFacts::kept(std::string text) {
  return Value::of(std::string_view(texts_.emplace_back(std::move(text))));
}

Value MessageFacts::value(std::size_t fact, std::string_view argument) {
  const Fact which = static_cast<Fact>(fact);
  if (which < Fact::kTime) return envelope_value(which);
  if (which < Fact::kAccountState) return time_value(which);
  if (which < Fact::kEveryRecipient) return account_value(which);
  if (which < Fact::kHeaderTooLarge) return recipient_value(fact);
  if (which < Fact::kAuthor) return header_value(which, argument);
  if (which < Fact::kMessageIdFits) return author_value(which);
  if (which < Fact::kBounceText) return message_value(which);
  if (which < Fact::kDkim) return bounce_value(which);
  if (which < Fact::kDmarcPolicy) return dkim_value(which);
  return dmarc_value(which);
}

Value MessageFacts::envelope_value(Fact fact) {
  switch (fact) {
    case Fact::kDirection:
      return Value::of(to_string(envelope_.direction));
    case Fact::kLogin:
      return Value::of(std::string_view(envelope_.login));
    case Fact::kReversePath:
      return Value::of(std::string_view(envelope_.reverse_path));
    case Fact::kReversePathDomain:
      return kept(domain_of(envelope_.reverse_path));
    case Fact::kClientAddress:
      return Value::of(std::string_view(envelope_.client_address));
    case Fact::kClientNetwork:
      return kept(client_network(envelope_.client_address));
    case Fact::kClientIsLocal:
      return Value::of(is_this_host(envelope_.client_address));
    case Fact::kClientPort:
      return Value::of(static_cast<std::uint64_t>(envelope_.client_port));
    case Fact::kClientHelo:
      return Value::of(std::string_view(envelope_.helo));
    case Fact::kTlsVersion:
      return Value::of(std::string_view(envelope_.tls_version));
    case Fact::kTlsCipher:
      return Value::of(std::string_view(envelope_.tls_cipher));
    default:
      break;
  }
  if (!has_header_) return Value::not_yet();
  switch (fact) {
    case Fact::kRecipientCount:
      return Value::of(number(envelope_.recipients.size()));
    case Fact::kTooManyRecipients:
      return Value::of(envelope_.too_many_recipients);
    case Fact::kSoleRecipient:
      return Value::of(envelope_.recipients.size() == 1
                           ? std::string_view(envelope_.recipients.front())
                           : std::string_view());
    case Fact::kOtherRecipientCount:
      return Value::of(number(others_than_sender(envelope_)));
    default:  // one recipient alone is nothing that a message has
      return Value::not_yet();
  }
}

Value MessageFacts::time_value(Fact fact) {
  return policy::time_value(fact, world_.now);
}

Value MessageFacts::account_value(Fact fact) {
  if (!account_ && !envelope_.login.empty()) {
    account_ = world_.accounts.look_up(canonical_recipient(envelope_.login));
  }
  return policy::account_value(fact, account_, world_.now);
}

Value MessageFacts::recipient_value(std::size_t fact) {
  if (!has_header_) return Value::not_yet();
  const std::size_t offset =
      fact - static_cast<std::size_t>(Fact::kEveryRecipient);
  const auto state = static_cast<RecipientState>(offset % kRecipientStates);
  const auto quantifier =
      static_cast<Recipients::Quantifier>(offset / kRecipientStates);
  const bool of_domain =
      state == RecipientState::kLocal || state == RecipientState::kRemote;
  if (!of_domain && recipients_.lookup_failed()) return Value::failed();
  return Value::of(recipients_.are(quantifier, state));
}

Value MessageFacts::header_value(Fact fact, std::string_view argument) {
  if (!has_header_) return Value::not_yet();
  switch (fact) {
    case Fact::kHeaderTooLarge:
      return Value::of(header_.too_large());
    case Fact::kHeaderDefect:
      return Value::of(header_defect_ ? to_string(*header_defect_)
                                      : std::string_view());
    case Fact::kHeaderFields:
      return Value::of(number(header_.count()));
    case Fact::kHeaderOctets:
      return Value::of(number(header_.octets()));
    case Fact::kHeaderCount:
      return Value::of(number(header_.count_of(argument)));
    case Fact::kHeaderDecoded:
      return kept(mime::decode_encoded_words(
          header_.body_of(argument).substr(0, kMaxDecodedText)));
    default:
      return Value::of(header_.body_of(argument));
  }
}

Value MessageFacts::author_value(Fact fact) {
  if (!has_header_) return Value::not_yet();
  const mime::AuthorResult& author = header_.author();
  if (fact == Fact::kAuthorDefect) {
    return Value::of(author ? std::string_view() : to_string(author.defect));
  }
  const bool flag =
      fact == Fact::kAuthorIsLiteral || fact == Fact::kAuthorAtClient;
  if (!author) return flag ? Value::of(false) : Value::of(std::string_view());
  switch (fact) {
    case Fact::kAuthor:
      return kept(author.mailbox.addr_spec());
    case Fact::kAuthorLocalPart:
      return Value::of(std::string_view(author.mailbox.local_part));
    case Fact::kAuthorDomain:
      return Value::of(std::string_view(author.mailbox.domain));
    case Fact::kAuthorIsLiteral:
      return Value::of(author.mailbox.has_address_literal());
    default: {
      const std::string address =
          mime::address_of_literal(author.mailbox.domain);
      // Who assumes that DKIM passes assumes that the author is proven.
      return Value::of(
          world_.assumed_dkim == dkim::Status::kPass ||
          (!address.empty() &&
           address == canonical_address(envelope_.client_address)));
    }
  }
}

Value MessageFacts::message_value(Fact fact) {
  if (fact == Fact::kMessageIdFits) {
    return has_header_ ? Value::of(header_.message_id_fits())
                       : Value::not_yet();
  }
  if (shape_ != nullptr) {
    if (fact == Fact::kSize) {
      return Value::of(number(header_.octets() + shape_->body_octets));
    }
    return Value::of(fact == Fact::kShape ? to_string(shape_->shape)
                                          : std::string_view(shape_->defect));
  }
  // Sometimes the header section says enough.
  if (fact == Fact::kSize || cleartext_cause_.empty()) return Value::not_yet();
  return Value::of(fact == Fact::kShape ? to_string(mime::Shape::kCleartext)
                                        : cleartext_cause_);
}

Value MessageFacts::bounce_value(Fact fact) {
  if (shape_ == nullptr) return Value::not_yet();
  const mime::BounceFacts& bounce = shape_->bounce;
  switch (fact) {
    case Fact::kBounceText:
      return Value::of(number(bounce.text_octets));
    case Fact::kBounceStatus:
      return Value::of(number(bounce.status_octets));
    case Fact::kBounceReturned:
      return Value::of(number(bounce.returned_header_octets));
    case Fact::kBounceReadable:
      return Value::of(
          number(bounce.text_octets + bounce.returned_header_octets));
    case Fact::kBounceOctets:
      return Value::of(number(bounce.text_octets + bounce.status_octets +
                              bounce.returned_header_octets));
    case Fact::kBounceDiagnostic:
      return Value::of(number(bounce.longest_diagnostic));
    default:
      return Value::of(shape_->shape == mime::Shape::kBounce &&
                       answers_us(bounce, configuration_));
  }
}

}  // namespace policy
