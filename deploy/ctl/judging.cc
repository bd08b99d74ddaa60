#include "deploy/ctl/judging.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "deploy/ctl/check_world.h"
#include "deploy/ctl/postfix_view.h"
#include "dkim/table_resolver.h"
#include "mime/ascii.h"
#include "mime/author.h"
#include "policy/judge.h"
#include "policy/reply.h"
#include "policy/world.h"

namespace ctl {
namespace {

// Where nothing tells which domain is here (RFC 2606 3).
constexpr std::string_view kSomeDomain = "relay.example";

std::string author_of(const MessageView& message) {
  for (const auto& field : message.fields) {
    if (!mime::equal_ignoring_case(field.name, "From")) continue;
    const mime::AuthorResult author = mime::parse_author(field.body);
    if (author) return author.mailbox.addr_spec();
  }
  return {};
}

void add_domain(std::string_view address, std::vector<std::string>& domains) {
  std::string domain = policy::domain_of(address);
  if (domain.empty() ||
      std::find(domains.begin(), domains.end(), domain) != domains.end()) {
    return;
  }
  domains.push_back(std::move(domain));
}

MessageView view_of(const Case& subject, std::string_view octets,
                    const JudgingOptions& options, Outcome& outcome) {
  if (!options.as_postfix) return read_message(octets);
  PostfixView view =
      postfix_view(octets, {.direction = subject.direction,
                            .reverse_path = subject.mail_from.value_or(""),
                            .hostname = std::string(kSomeDomain),
                            .queue_id = "CHECK",
                            .now = subject.now.value_or(options.now)});
  if (!view.refusal.empty()) {
    outcome.refused_by_postfix = true;
    outcome.judgement.reply = policy::make_reply(view.refusal);
    outcome.judgement.verdict = outcome.judgement.reply.code < 500
                                    ? policy::Verdict::kTempfail
                                    : policy::Verdict::kReject;
  }
  return std::move(view.message);
}

policy::Judgement run_judge(policy::Judge& judge, const MessageView& message,
                            std::size_t chunk_octets) {
  for (const auto& field : message.fields) {
    judge.header_field(field.name, field.body);
  }
  if (auto judgement = judge.end_of_header()) return *std::move(judgement);
  std::string_view rest = message.body;
  while (!rest.empty()) {
    const std::string_view chunk = rest.substr(0, chunk_octets);
    judge.body(chunk);
    rest.remove_prefix(chunk.size());
  }
  return judge.end();
}

}  // namespace

bool is_signed_direction(policy::Direction direction) {
  return direction != policy::Direction::kInbound;
}

std::vector<std::string> mail_domains_of(const Case& subject,
                                         const policy::Envelope& envelope) {
  if (!subject.mail_domains.empty()) return subject.mail_domains;
  std::vector<std::string> domains;
  if (is_signed_direction(envelope.direction)) {
    add_domain(envelope.reverse_path, domains);
  }
  // Postfix's own bounces have no reverse-path, and go to our users mostly.
  if (domains.empty()) {
    for (const auto& recipient : envelope.recipients) {
      add_domain(recipient, domains);
    }
  }
  return domains;
}

policy::Envelope envelope_of(const Case& subject, const MessageView& message) {
  policy::Envelope envelope;
  envelope.direction = subject.direction;
  envelope.reverse_path =
      subject.mail_from ? *subject.mail_from : author_of(message);
  envelope.client_address = subject.client_address;
  if (subject.login) {
    envelope.login = *subject.login;
  } else if (subject.direction == policy::Direction::kOutbound) {
    envelope.login = envelope.reverse_path;
  }
  envelope.recipients = subject.recipients;
  if (envelope.recipients.empty()) {
    const std::string domain = subject.mail_domains.empty()
                                   ? std::string(kSomeDomain)
                                   : subject.mail_domains.front();
    envelope.recipients.push_back("someone@" + domain);
  }
  return envelope;
}

Outcome judge_message(const Case& subject, std::string octets,
                      const JudgingOptions& options) {
  octets = with_crlf(std::move(octets));
  Outcome outcome;
  outcome.begins_as_mbox = !options.as_postfix && octets.starts_with("From ");
  MessageView message = view_of(subject, octets, options, outcome);
  outcome.envelope = envelope_of(subject, message);
  if (outcome.refused_by_postfix) return outcome;

  auto configuration =
      std::make_shared<policy::Configuration>(options.configuration);
  configuration->mail_domains = mail_domains_of(subject, outcome.envelope);
  ListedAccounts accounts(configuration->mail_domains,
                          outcome.envelope.recipients);
  if (subject.all_cleartext_ok) accounts.all_take_cleartext();
  accounts.takes_cleartext(subject.cleartext_ok);
  accounts.unknown(subject.unknown);
  GrantingLimits limits;
  dkim::TableResolver no_keys;
  const policy::World world{
      .accounts = accounts,
      .limits = limits,
      .keys = subject.dns ? *subject.dns : no_keys,
      .now = subject.now.value_or(options.now),
      .assumed_dkim = subject.assumed_dkim,
  };

  if (auto early = policy::judge_envelope(*configuration, outcome.envelope,
                                          world, &outcome.trace)) {
    outcome.judgement = *std::move(early);
  } else {
    policy::Judge judge(configuration, outcome.envelope, world);
    outcome.judgement = run_judge(judge, message, options.chunk_octets);
    outcome.trace = judge.trace();
  }
  if (options.keep_message &&
      outcome.judgement.verdict == policy::Verdict::kAccept) {
    outcome.queued = write_message(
        policy::apply(outcome.judgement.plan, std::move(message.fields)),
        message.body);
  }
  return outcome;
}

}  // namespace ctl
