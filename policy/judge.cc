#include "policy/judge.h"

#include <cassert>
#include <utility>

#include "mime/ascii.h"
#include "mime/parser.h"
#include "policy/header_edits.h"
#include "policy/header_section.h"
#include "policy/message_facts.h"
#include "policy/reason.h"
#include "policy/reply.h"
#include "policy/ruling.h"
#include "policy/shape_and_defects.h"
#include "policy/signing.h"

namespace policy {
namespace {

mime::ShapeOptions shape_options(const Configuration& configuration,
                                 Direction direction) {
  const bool inbound = direction == Direction::kInbound;
  mime::ShapeOptions options;
  options.foreign_clients = inbound;
  options.openpgp.armor_headers = inbound;
  options.openpgp.ocb_packet = inbound ? configuration.ocb_packet_inbound
                                       : configuration.ocb_packet_outbound;
  options.autocrypt_setup = !inbound && configuration.autocrypt_setup_message;
  return options;
}

Envelope with_proven_direction(Envelope envelope) {
  envelope.direction = proven_direction(envelope);
  return envelope;
}

bool asks_for_dkim(const Rulebook& rulebook) {
  for (auto fact = static_cast<std::size_t>(Fact::kDkim);
       fact < static_cast<std::size_t>(Fact::kDmarcPolicy); ++fact) {
    if (rulebook.asks(static_cast<Fact>(fact))) return true;
  }
  return false;
}

bool adds_results(const rules::Section& section) {
  for (const rules::Rule& rule : section.final_edits) {
    if (rule.action == rules::Action::kAddAuthenticationResults) return true;
  }
  return false;
}

}  // namespace

struct Judge::State {
  State(std::shared_ptr<const Configuration> shared, Envelope whole, World seen)
      : configuration(std::move(shared)),
        rulebook(*configuration->rulebook),
        envelope(with_proven_direction(std::move(whole))),
        world(seen),
        header(envelope.direction, rulebook),
        shape(shape_options(*configuration, envelope.direction)),
        parser(shape),
        facts(*configuration, envelope, header, world),
        evaluation(rulebook.rules(), rulebook.section(envelope.direction),
                   facts) {
    evaluation.keep_trace();
  }

  std::optional<Judgement> decide();
  const dkim::VerificationResult& verification();
  // Nothing is hashed that no rule asks for.
  bool verifies() const {
    return envelope.direction == Direction::kInbound && !world.assumed_dkim &&
           (asks_for_dkim(rulebook) ||
            adds_results(rulebook.section(envelope.direction)));
  }
  std::optional<Judgement> edit_header();
  Judgement accepted();
  std::optional<Judgement> carry_out_final_edits(Judgement& judgement);
  std::optional<Judgement> within_limits();

  const std::shared_ptr<const Configuration> configuration;
  const Rulebook& rulebook;
  const Envelope envelope;
  World world;
  HeaderSection header;
  ShapeAndDefects shape;
  mime::Parser parser;
  MessageFacts facts;
  rules::Evaluation evaluation;
  std::optional<dkim::Verifier> verifier;
  std::optional<dkim::VerificationResult> verified;
  mime::ShapeResult message;
  HeaderPlan plan;
  std::optional<Signing> signing;
};

// A refused bounce of Postfix's own would jam its queue for days, so there what
// cannot be known counts as no.
std::optional<Judgement> Judge::State::decide() {
  const rules::Outcome outcome = evaluation.decide();
  if (envelope.direction == Direction::kInternal) return std::nullopt;
  return refusal_of(evaluation, outcome);
}

const dkim::VerificationResult& Judge::State::verification() {
  if (!verified) {
    verified = verifier ? verifier->finish(std::chrono::steady_clock::now() +
                                           world.dns_deadline)
                        : dkim::VerificationResult{};
  }
  return *verified;
}

// The edits depend on the envelope and the header section alone, so the
// signature of what it will be can be made while the body streams by.
std::optional<Judgement> Judge::State::edit_header() {
  const bool internal = envelope.direction == Direction::kInternal;
  // Its fields are gone, so they could be neither reduced nor removed: whatever
  // a rule says of it, such a message does not pass.
  if (header.too_large()) {
    if (internal) return std::nullopt;
    return refuse(reason::kHeaderTooLarge,
                  "554 5.6.0 Header section too large");
  }
  rules::Outcome outcome;
  const auto edits = evaluation.header_edits(outcome);
  if (outcome.kind != rules::Outcome::Kind::kUndecided && !internal) {
    return without_fact(evaluation, outcome);
  }
  const std::string author = header.author().mailbox.addr_spec();
  plan =
      plan_of(edits, header, {author, configuration->autocrypt_setup_message});
  for (const rules::Rule* edit : edits) {
    if (edit->action != rules::Action::kSign || signing) continue;
    signing.emplace(*configuration, header.author().mailbox.domain, world.now);
    signing->header_section(policy::apply(plan, std::move(header.fields())));
  }
  return std::nullopt;
}

std::optional<Judgement> Judge::State::carry_out_final_edits(
    Judgement& judgement) {
  rules::Outcome outcome;
  for (const rules::Rule* edit : evaluation.final_edits(outcome)) {
    if (edit->action == rules::Action::kReplaceReversePath) {
      if (!envelope.reverse_path.empty()) judgement.reverse_path = "";
    } else if (edit->action == rules::Action::kDropRecipients) {
      drop_recipients(edit->name, facts.recipients(), judgement);
    } else {
      judgement.plan.insert_top.push_back(
          authentication_results(*configuration, verification()));
    }
  }
  if (outcome.kind == rules::Outcome::Kind::kUndecided) return std::nullopt;
  return without_fact(evaluation, outcome);
}

// Counted last, when all else accepts, so that a refused message costs
// nothing.  Postfix's own bounces are never refused.
std::optional<Judgement> Judge::State::within_limits() {
  if (envelope.direction == Direction::kInternal) return std::nullopt;
  const rules::Section& section = rulebook.section(kOnLimits);
  if (section.limits.empty()) return std::nullopt;
  evaluation.turn_to(section);
  rules::Outcome outcome;
  const bool any = !evaluation.limits(outcome).empty();
  if (outcome.kind != rules::Outcome::Kind::kUndecided) {
    return without_fact(evaluation, outcome);
  }
  if (!any) return std::nullopt;
  Spend spend;
  spend.direction = envelope.direction;
  spend.login = envelope.login;
  spend.reverse_path = envelope.reverse_path;
  spend.client_address = envelope.client_address;
  spend.shape = message.shape;
  spend.recipient_count = envelope.recipients.size();
  spend.author_domain = header.author().mailbox.domain;
  spend.size = header.octets() + message.body_octets;
  return refused_by(world.limits.spend(spend));
}

Judgement Judge::State::accepted() {
  Judgement judgement = accept();
  if (auto refused = carry_out_final_edits(judgement)) {
    return *std::move(refused);
  }
  const std::string error =
      signing ? signing->finish(plan.insert_top) : std::string();
  if (!error.empty() && envelope.direction != Direction::kInternal) {
    return refuse(reason::kSigning, "451 4.3.0 The message cannot be signed",
                  error);
  }
  if (auto refused = within_limits()) return *std::move(refused);
  plan.insert_top.insert(plan.insert_top.end(),
                         judgement.plan.insert_top.begin(),
                         judgement.plan.insert_top.end());
  judgement.plan = std::move(plan);
  return judgement;
}

std::optional<Judgement> judge_envelope(const Configuration& configuration,
                                        Envelope envelope, World world,
                                        Trace* trace) {
  envelope = with_proven_direction(std::move(envelope));
  const Rulebook& rulebook = *configuration.rulebook;
  const rules::Section& section = rulebook.section(envelope.direction);
  if (!can_decide_at_mail(section)) return std::nullopt;
  const HeaderSection nothing(envelope.direction, rulebook);
  MessageFacts facts(configuration, envelope, nothing, world);
  rules::Evaluation evaluation(rulebook.rules(), section, facts);
  if (trace != nullptr) evaluation.keep_trace();
  auto refused = refusal_of(evaluation, evaluation.decide());
  if (trace != nullptr) *trace = trace_of(evaluation);
  return refused;
}

Judge::Judge(std::shared_ptr<const Configuration> configuration,
             Envelope envelope, World world)
    : state_(std::make_unique<State>(std::move(configuration),
                                     std::move(envelope), world)) {
  if (state_->verifies()) {
    state_->verifier.emplace(
        dkim::VerifierOptions{state_->configuration->dkim_engine},
        state_->world.keys);
    // Most authors are their own reverse-path: the lookup of their key can
    // begin with the signature field, which stands in front of From.
    state_->verifier->expect_author(domain_of(state_->envelope.reverse_path));
  }
}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

void Judge::header_field(std::string_view name, std::string_view body) {
  state_->header.add(name, body);
  if (state_->header.too_large()) return;
  state_->parser.header_field(name, body);
  if (!state_->verifier) return;
  state_->verifier->header_field(name, body);
  if (mime::equal_ignoring_case(name, "From")) {
    state_->verifier->expect_author(state_->header.author().mailbox.domain);
  }
}

std::optional<Judgement> Judge::end_of_header() {
  State& state = *state_;
  state.parser.end_of_header();
  state.shape.end_header();
  state.facts.header_is_complete(state.shape.header_defect(),
                                 state.shape.cleartext_cause());
  if (auto refused = state.decide()) return refused;
  if (state.verifier) {
    state.verifier->end_of_header(state.header.author().mailbox.domain,
                                  state.world.now);
    if (!state.verifier->wants_body()) state.verification();
  }
  return state.edit_header();
}

void Judge::body(std::string_view octets) {
  State& state = *state_;
  // What is certain to be cleartext is parsed no further.
  if (!state.shape.cleartext_is_certain()) state.parser.body(octets);
  if (state.verifier && !state.verified) state.verifier->body(octets);
  if (state.signing) state.signing->body(octets);
}

Judgement Judge::end() {
  State& state = *state_;
  state.parser.end();
  state.message = state.shape.finish();
  state.facts.message_is_complete(
      state.message, [&state]() -> const dkim::VerificationResult& {
        return state.verification();
      });
  auto refused = state.decide();
  Judgement judgement = refused ? *std::move(refused) : state.accepted();
  judgement.shape = state.message.shape;
  return judgement;
}

Trace Judge::trace() const { return trace_of(state_->evaluation); }

}  // namespace policy
