#include "policy/judge.h"

#include <utility>

#include "dkim/signer.h"
#include "dkim/verifier.h"
#include "mime/ascii.h"
#include "mime/parser.h"
#include "mime/shape.h"
#include "policy/default_policy.h"
#include "policy/facts.h"
#include "policy/header_section.h"
#include "policy/reply.h"
#include "policy/signing.h"

namespace policy {
namespace {

// The shape, and the defects of the message's own header section.
class ShapeAndDefects final : public mime::ShapeRecogniser {
 public:
  using ShapeRecogniser::ShapeRecogniser;

  void defect(int depth, mime::Defect defect) override {
    if (in_header_ && depth == 0 && !header_defect_) header_defect_ = defect;
    ShapeRecogniser::defect(depth, defect);
  }
  void end_header() { in_header_ = false; }
  std::optional<mime::Defect> header_defect() const { return header_defect_; }

 private:
  bool in_header_ = true;
  std::optional<mime::Defect> header_defect_;
};

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

}  // namespace

struct Judge::State {
  State(std::shared_ptr<const Configuration> shared, Envelope whole, World seen)
      : configuration(std::move(shared)),
        envelope(with_proven_direction(std::move(whole))),
        world(seen),
        header(envelope.direction),
        shape(shape_options(*configuration, envelope.direction)),
        parser(shape),
        facts{*configuration,
              envelope,
              header,
              world,
              Recipients(*configuration, envelope, world.accounts),
              {},
              {},
              {},
              {}} {
    facts.dkim = [this]() -> const dkim::VerificationResult& {
      return verification();
    };
  }

  const dkim::VerificationResult& verification();
  bool verifies() const {
    return envelope.direction == Direction::kInbound && !world.assumed_dkim;
  }
  bool signs() const { return envelope.direction != Direction::kInbound; }
  bool reduces() const {
    return envelope.direction == Direction::kOutbound ||
           envelope.direction == Direction::kLocal;
  }
  void begin_signing();
  Judgement accepted();

  const std::shared_ptr<const Configuration> configuration;
  const Envelope envelope;
  World world;
  HeaderSection header;
  ShapeAndDefects shape;
  mime::Parser parser;
  Facts facts;
  std::optional<dkim::Verifier> verifier;
  std::optional<dkim::VerificationResult> verified;
  HeaderPlan plan;
  std::optional<Signing> signing;
};

const dkim::VerificationResult& Judge::State::verification() {
  if (!verified) {
    verified = verifier ? verifier->finish(std::chrono::steady_clock::now() +
                                           world.dns_deadline)
                        : dkim::VerificationResult{};
  }
  return *verified;
}

// The edits depend on the header section alone, so the signature of what it
// will be can be made while the body streams by.
void Judge::State::begin_signing() {
  if (header.too_large()) return;  // internal mail, which is not refused
  const mime::AuthorResult& author = header.author();
  if (reduces()) {
    plan = reduction_of(header.fields(), author.mailbox.addr_spec(),
                        configuration->autocrypt_setup_message);
  }
  signing.emplace(*configuration, author.mailbox.domain, world.now);
  signing->header_section(policy::apply(plan, std::move(header.fields())));
}

Judgement Judge::State::accepted() {
  Judgement judgement = accept();
  judgement.dropped_recipients = facts.recipients.disabled();
  if (envelope.direction == Direction::kInbound) {
    judgement.plan.edits = header.inbound_edits();
    if (configuration->add_authentication_results) {
      judgement.plan.insert_top.push_back(
          authentication_results(*configuration, verification()));
    }
    const std::string author = header.author().mailbox.addr_spec();
    if (!envelope.reverse_path.empty() &&
        !mime::equal_ignoring_case(author, envelope.reverse_path)) {
      // So that a later bounce goes to nobody innocent.
      judgement.reverse_path = "";
    }
    return judgement;
  }
  const std::string error =
      signing ? signing->finish(plan.insert_top) : std::string();
  if (!error.empty() && envelope.direction != Direction::kInternal) {
    return tempfail(Reason::kSigning, "451 4.3.0 The message cannot be signed",
                    error);
  }
  judgement.plan = std::move(plan);
  return judgement;
}

std::optional<Judgement> judge_envelope(const Configuration&,
                                        const Envelope& envelope) {
  if (envelope.direction != Direction::kOutbound) return std::nullopt;
  if (envelope.login.empty()) {
    return reject(Reason::kNoLogin, "530 5.7.0 Authentication required");
  }
  if (!mime::equal_ignoring_case(envelope.login, envelope.reverse_path)) {
    return reject(Reason::kNotOwner, "553 5.7.1 <" +
                                         quoted(envelope.reverse_path) +
                                         ">: Sender address rejected: not "
                                         "owned by user " +
                                         quoted(envelope.login));
  }
  return std::nullopt;
}

Judge::Judge(std::shared_ptr<const Configuration> configuration,
             Envelope envelope, World world)
    : state_(std::make_unique<State>(std::move(configuration),
                                     std::move(envelope), world)) {
  if (state_->verifies()) {
    state_->verifier.emplace(
        dkim::VerifierOptions{state_->configuration->dkim_engine},
        state_->world.keys);
  }
}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

void Judge::header_field(std::string_view name, std::string_view body) {
  state_->header.add(name, body);
  if (state_->header.too_large()) return;
  state_->parser.header_field(name, body);
  if (state_->verifier) state_->verifier->header_field(name, body);
}

std::optional<Judgement> Judge::end_of_header() {
  State& state = *state_;
  state.parser.end_of_header();
  state.shape.end_header();
  state.facts.header_defect = state.shape.header_defect();
  state.facts.cleartext_cause = state.shape.cleartext_cause();
  if (auto refused = judge_envelope(*state.configuration, state.envelope)) {
    return refused;
  }
  if (auto refused = decide(state.facts)) return refused;
  if (state.verifier) {
    state.verifier->end_of_header(state.header.author().mailbox.domain,
                                  state.world.now);
    if (!state.verifier->wants_body()) state.verification();
  }
  if (state.signs()) state.begin_signing();
  return std::nullopt;
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
  state.facts.shape = state.shape.finish();
  const std::optional<Judgement> refused = decide(state.facts);
  Judgement judgement = refused ? *refused : state.accepted();
  judgement.shape = state.facts.shape->shape;
  return judgement;
}

}  // namespace policy
