#include "deploy/ctl/signature_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "deploy/ctl/dkim.h"
#include "deploy/zone/check.h"
#include "deploy/zone/keys.h"
#include "dkim/cause_text.h"

namespace ctl {
namespace {

using trial::bad;
using trial::good;
using trial::not_applicable;
using trial::Seen;

constexpr const char* kAdvice =
    "`chatmail dns` shows the record to publish, `chatmail dkim test` more; "
    "without it other relays refuse all mail";

class SignatureSteps {
 public:
  SignatureSteps(const TrialRelay& relay, Surroundings& surroundings)
      : relay_(relay), surroundings_(surroundings) {
    if (relay.site.is_address) {
      needless_ = "a relay at an IP address has no key in the DNS";
      return;
    }
    keys_ = zone::signing_keys(relay.settings, errors_);
    dns_ = machine::make_dns(
        {.forwarders = relay.settings.words("dns_forwarders"),
         .root_key_file = relay.settings.text("dns_root_key")},
        dns_error_);
    look_for_name();
  }

  Seen record() const {
    if (!needless_.empty()) return not_applicable(needless_);
    if (!errors_.empty()) return bad(errors_.front());
    if (dns_ == nullptr) return bad(dns_error_);
    std::vector<zone::Record> wanted;
    for (const zone::PublishedKey& key : zone::published(keys_)) {
      wanted.push_back({.name = key.name,
                        .type = machine::DnsType::kTxt,
                        .value = key.record,
                        .match = zone::Match::kKey,
                        .is_required = true,
                        .purpose{}});
    }
    std::string names;
    for (const zone::Finding& finding : zone::check(wanted, *dns_)) {
      const std::string& name = finding.record.name;
      if (finding.state != zone::State::kGood) {
        return bad(
            fmt::format("{} {}{}{}", name, zone::to_string(finding.state),
                        finding.error.empty() ? "" : ": ", finding.error));
      }
      names += (names.empty() ? "" : ", ") + name;
    }
    return good(names);
  }

  Seen signature() const {
    if (!needless_.empty()) return not_applicable(needless_);
    if (!errors_.empty()) return bad(errors_.front());
    const DkimOptions options;
    const DkimTask task{options, relay_.settings, surroundings_};
    const KeySource source = key_source(task);
    if (source.resolver == nullptr) return bad(source.error);
    std::string error;
    const auto result =
        verify_own_signatures(keys_, *source.resolver, task, error);
    if (!error.empty()) return bad(error);
    if (result.signatures.size() != keys_.size()) {
      return bad("not every key has signed");
    }
    for (const auto& one : result.signatures) {
      if (one.status == dkim::Status::kPass) continue;
      return bad(dkim::cause_text(one.selector, one.sdid, one.cause));
    }
    return good(
        fmt::format("{} of {}", result.signatures.size(), keys_.size()));
  }

 private:
  void look_for_name() {
    const std::string& name = relay_.site.mail_domain;
    if (dns_ == nullptr || !name.starts_with('_')) return;
    const auto answers = dns_->ask_all({{name, machine::DnsType::kA},
                                        {name, machine::DnsType::kAaaa},
                                        {name, machine::DnsType::kMx}});
    const bool is_known =
        std::any_of(answers.begin(), answers.end(),
                    [](const auto& answer) { return !answer.records.empty(); });
    if (!is_known) needless_ = "the DNS does not know " + name;
  }

  const TrialRelay& relay_;
  Surroundings& surroundings_;
  std::string needless_;  // why it does not matter, or ""
  SigningKeys keys_;
  std::vector<std::string> errors_;
  std::unique_ptr<machine::Dns> dns_;
  std::string dns_error_;
};

}  // namespace

void try_signatures(const TrialRelay& relay, Surroundings& surroundings,
                    const trial::Trial::Tell& tell) {
  const SignatureSteps steps(relay, surroundings);
  trial::Target unused;
  const trial::Opener no_opener;
  trial::Trial trial(unused, no_opener, tell);
  trial.step("the DNS publishes our DKIM key", kAdvice, true,
             [&] { return steps.record(); });
  trial.step("a signature of ours holds by the DNS", kAdvice, true,
             [&] { return steps.signature(); });
}

}  // namespace ctl
