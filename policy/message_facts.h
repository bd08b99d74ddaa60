#pragma once

// The facts of one message, for the rules that judge it.
//
// What is not there yet is "not yet": at MAIL the recipients, before the end
// of the header section the author, before the end the size.  An account, a
// key or a returned signature is looked at when a rule asks, once.

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "dkim/policy_record.h"
#include "dkim/result.h"
#include "mime/defect.h"
#include "mime/shape.h"
#include "policy/configuration.h"
#include "policy/envelope.h"
#include "policy/header_section.h"
#include "policy/recipients.h"
#include "policy/vocabulary.h"
#include "policy/world.h"
#include "rules/evaluation.h"

namespace policy {

class MessageFacts final : public rules::FactSource {
 public:
  // All outlive it.
  MessageFacts(const Configuration& configuration, const Envelope& envelope,
               const HeaderSection& header, World& world);

  // The envelope is complete, and so is the header section; `defect` is the
  // first of the message's own, `cleartext_cause` says why no shape but
  // cleartext can come of it, empty while that is not certain.
  void header_is_complete(std::optional<mime::Defect> defect,
                          std::string_view cleartext_cause);
  // `shape` outlives it.  `dkim` may wait for DNS.
  void message_is_complete(
      const mime::ShapeResult& shape,
      std::function<const dkim::VerificationResult&()> dkim);

  rules::Value value(std::size_t fact, std::string_view argument) override;

  Recipients& recipients() { return recipients_; }

 private:
  rules::Value envelope_value(Fact fact);
  rules::Value time_value(Fact fact);
  rules::Value account_value(Fact fact);
  rules::Value recipient_value(std::size_t fact);
  rules::Value header_value(Fact fact, std::string_view argument);
  rules::Value author_value(Fact fact);
  rules::Value message_value(Fact fact);
  rules::Value bounce_value(Fact fact);
  rules::Value dkim_value(Fact fact);
  rules::Value dmarc_value(Fact fact);
  // A text that lives as long as the facts.
  rules::Value kept(std::string text);

  const Configuration& configuration_;
  const Envelope& envelope_;
  const HeaderSection& header_;
  World& world_;
  Recipients recipients_;
  bool has_header_ = false;
  std::optional<mime::Defect> header_defect_;
  std::string_view cleartext_cause_;
  const mime::ShapeResult* shape_ = nullptr;
  std::function<const dkim::VerificationResult&()> dkim_;
  std::optional<Account> account_;
  std::optional<dkim::PolicyAnswer> policy_;
  std::deque<std::string> texts_;
};

}  // namespace policy
