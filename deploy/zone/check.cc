#include "deploy/zone/check.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "dkim/domain_name.h"
#include "dkim/key_record.h"
#include "dkim/public_key.h"

namespace zone {
namespace {

using machine::DnsAnswer;
using machine::DnsQuestion;
using machine::DnsType;

bool is_same_key(const std::string& a, const std::string& b) {
  const dkim::KeyRecord ours = dkim::parse_key_record(a);
  const dkim::KeyRecord theirs = dkim::parse_key_record(b);
  return ours.cause == dkim::Cause::kNone &&
         theirs.cause == dkim::Cause::kNone &&
         dkim::same_key(ours.public_key, theirs.public_key);
}

bool begins_with(const std::string& text, const std::string& begin) {
  return dkim::equals_ignoring_case(text.substr(0, begin.size()), begin);
}

// A DMARC record (RFC 9989) that asks to refuse what is not ours.
bool rejects(const std::string& record) {
  if (!begins_with(record, "v=DMARC1")) return false;
  std::string packed;
  for (const char c : record) {
    if (c != ' ' && c != '\t') packed += dkim::ascii_lower(c);
  }
  return (packed + ";").find(";p=reject;") != std::string::npos;
}

bool matches(const Record& record, const std::string& found) {
  switch (record.match) {
    case Match::kAddress:
    case Match::kExact:
      return found == record.value;
    case Match::kExchange:
      return found.ends_with(" " + record.target);
    case Match::kKey:
      return is_same_key(record.value, found);
    case Match::kBegin:
    case Match::kIssuer:
      return begins_with(found, record.target);
    case Match::kPolicy:
      return rejects(found);
    case Match::kAnyAddress:
      return true;
    case Match::kAlias:
      break;
  }
  return false;
}

// A TXT record of another kind at the same name says nothing about this one.
bool is_of_the_kind(const Record& record, const std::string& found) {
  switch (record.match) {
    case Match::kBegin:
      return begins_with(found, record.target);
    case Match::kPolicy:
      return begins_with(found, "v=DMARC1");
    default:
      return true;
  }
}

// Of a matching record, whether those beside it do harm.
bool are_too_many(const Record& record, const std::vector<std::string>& found) {
  switch (record.match) {
    case Match::kKey:
    case Match::kBegin:
    case Match::kPolicy:
      return found.size() > 1;
    case Match::kExchange:
      return std::any_of(
          found.begin(), found.end(),
          [&](const std::string& one) { return !matches(record, one); });
    default:
      return false;
  }
}

std::vector<DnsQuestion> questions_of(const Record& record) {
  switch (record.match) {
    case Match::kAlias:
      return {{record.name, DnsType::kA},
              {record.name, DnsType::kAaaa},
              {record.target, DnsType::kA},
              {record.target, DnsType::kAaaa}};
    case Match::kAnyAddress:
      return {{record.name, DnsType::kA}, {record.name, DnsType::kAaaa}};
    default:
      return {{record.name, record.type}};
  }
}

// The first half of the answers is the alias', the second its target's.
Finding judge_alias(const Record& record, std::span<const DnsAnswer> answers) {
  Finding finding{.record = record};
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const DnsAnswer& answer = answers[i];
    if (!answer.error.empty()) finding.error = answer.error;
    auto& into = i < answers.size() / 2 ? finding.found : targets;
    into.insert(into.end(), answer.records.begin(), answer.records.end());
  }
  if (std::find_first_of(finding.found.begin(), finding.found.end(),
                         targets.begin(),
                         targets.end()) != finding.found.end()) {
    finding.state = State::kGood;
    finding.error.clear();
  } else if (finding.error.empty()) {
    finding.state = finding.found.empty() ? State::kMissing : State::kDiffers;
  }
  return finding;
}

Finding judge(const Record& record, std::span<const DnsAnswer> answers) {
  if (record.match == Match::kAlias) return judge_alias(record, answers);
  Finding finding{.record = record};
  bool has_match = false;
  for (const DnsAnswer& answer : answers) {
    if (!answer.error.empty()) finding.error = answer.error;
    for (const std::string& found : answer.records) {
      has_match = has_match || matches(record, found);
      if (is_of_the_kind(record, found)) finding.found.push_back(found);
    }
  }
  if (has_match) {
    finding.error.clear();
    finding.state =
        are_too_many(record, finding.found) ? State::kDoubled : State::kGood;
  } else if (finding.error.empty()) {
    finding.state = finding.found.empty() ? State::kMissing : State::kDiffers;
  }
  return finding;
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::kGood:
      return "good";
    case State::kMissing:
      return "missing";
    case State::kDiffers:
      return "differs";
    case State::kDoubled:
      return "doubled";
    case State::kUnknown:
      return "unknown";
  }
  return "";
}

std::vector<Finding> check(const std::vector<Record>& records,
                           machine::Dns& dns) {
  // A question that several records have is asked once.
  std::map<std::pair<std::string, DnsType>, std::size_t> places;
  std::vector<DnsQuestion> questions;
  for (const Record& record : records) {
    for (DnsQuestion& question : questions_of(record)) {
      const bool is_new =
          places.try_emplace({question.name, question.type}, questions.size())
              .second;
      if (is_new) questions.push_back(std::move(question));
    }
  }
  const std::vector<DnsAnswer> answers = dns.ask_all(questions);
  std::vector<Finding> findings;
  for (const Record& record : records) {
    std::vector<DnsAnswer> own;
    for (const DnsQuestion& question : questions_of(record)) {
      own.push_back(answers[places.at({question.name, question.type})]);
    }
    findings.push_back(judge(record, own));
  }
  return findings;
}

}  // namespace zone
