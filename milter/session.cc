#include "milter/session.h"

#include <ctime>
#include <utility>

#include "policy/limits.h"

namespace milter {
namespace {

std::string_view without_brackets(std::string_view path) {
  if (path.size() >= 2 && path.front() == '<' && path.back() == '>') {
    return path.substr(1, path.size() - 2);
  }
  return path;
}

}  // namespace

void Session::connect(policy::Direction direction, std::string client_address,
                      int client_port) {
  service_ = direction;
  client_address_ = std::move(client_address);
  client_port_ = client_port;
}

void Session::tls(std::string_view version, std::string_view cipher) {
  tls_version_ = version;
  tls_cipher_ = cipher;
}

void Session::begin_message(std::shared_ptr<const Setup> setup) {
  end_message();
  setup_ = std::move(setup);
}

policy::Envelope Session::envelope() const {
  policy::Envelope envelope;
  envelope.direction = service_;
  envelope.login = login_;
  envelope.reverse_path = reverse_path_;
  envelope.client_address = client_address_;
  envelope.client_port = client_port_;
  envelope.helo = helo_;
  envelope.tls_version = tls_version_;
  envelope.tls_cipher = tls_cipher_;
  return envelope;
}

policy::World Session::world() const {
  return {
      .accounts = *setup_->accounts,
      .limits = *setup_->limits,
      .keys = *setup_->keys,
      .now = std::time(nullptr),
      .dns_deadline = setup_->dns_deadline,
      .assumed_dkim = std::nullopt,
  };
}

std::optional<policy::Judgement> Session::mail(std::string_view login,
                                               std::string_view reverse_path) {
  login_ = login;
  reverse_path_ = without_brackets(reverse_path);
  const policy::Envelope begun = envelope();
  direction_ = policy::proven_direction(begun);
  return policy::judge_envelope(*setup_->configuration, begun, world(),
                                &trace_at_mail_);
}

void Session::recipient(std::string_view as_given, std::string_view resolved) {
  recipient_octets_ +=
      as_given.size() + resolved.size() + 2 * sizeof(std::string);
  // The judge says so; what is over is not kept.
  if (recipient_octets_ > policy::kMaxRecipientOctets) return;
  recipients_.emplace_back(without_brackets(resolved));
  recipients_as_given_.emplace_back(as_given);
}

policy::Judge& Session::judge() {
  if (!judge_) {
    policy::Envelope complete = envelope();
    complete.recipients = std::exchange(recipients_, {});
    complete.too_many_recipients =
        recipient_octets_ > policy::kMaxRecipientOctets;
    judge_ = std::make_unique<policy::Judge>(setup_->configuration,
                                             std::move(complete), world());
  }
  return *judge_;
}

void Session::header_field(std::string_view name, std::string_view value) {
  if (value.find('\n') == std::string_view::npos) {
    judge().header_field(name, value);
    return;
  }
  // Postfix folds with LF alone; what was signed is CRLF (RFC 5322 2.2.3).
  std::string folded;
  folded.reserve(value.size() + 64);
  for (const char c : value) {
    if (c == '\n' && (folded.empty() || folded.back() != '\r')) folded += '\r';
    folded += c;
  }
  judge().header_field(name, folded);
}

std::optional<policy::Judgement> Session::end_of_header() {
  return judge().end_of_header();
}

void Session::body(std::string_view octets) { judge().body(octets); }

policy::Judgement Session::end() { return judge().end(); }

void Session::end_message() {
  judge_.reset();
  trace_at_mail_ = {};
  setup_.reset();
  login_ = {};
  reverse_path_ = {};
  recipients_ = {};
  recipients_as_given_ = {};
  recipient_octets_ = 0;
  failed_ = false;
}

policy::Trace Session::trace() const {
  return judge_ ? judge_->trace() : trace_at_mail_;
}

}  // namespace milter
