#include "deploy/ctl/zone_check.h"

#include <algorithm>
#include <utility>

#include "dkim/domain_name.h"
#include "dkim/key_record.h"
#include "dkim/public_key.h"

namespace ctl {
namespace {

using machine::DnsAnswer;
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

bool matches(const ZoneRecord& record, const std::string& found) {
  switch (record.match) {
    case ZoneMatch::kAddress:
      return record.value.empty() || found == record.value;
    case ZoneMatch::kExact:
      return found == record.value;
    case ZoneMatch::kExchange:
      return found.ends_with(" " + record.target);
    case ZoneMatch::kKey:
      return is_same_key(record.value, found);
    case ZoneMatch::kBegin:
    case ZoneMatch::kIssuer:
      return begins_with(found, record.target);
    case ZoneMatch::kPolicy:
      return rejects(found);
    case ZoneMatch::kAlias:
      break;
  }
  return false;
}

// A TXT record of another kind at the same name says nothing about this one.
bool is_of_the_kind(const ZoneRecord& record, const std::string& found) {
  switch (record.match) {
    case ZoneMatch::kBegin:
      return begins_with(found, record.target);
    case ZoneMatch::kPolicy:
      return begins_with(found, "v=DMARC1");
    default:
      return true;
  }
}

ZoneFinding check_alias(const ZoneRecord& record, machine::Dns& dns) {
  ZoneFinding finding{.record = record};
  bool is_shared = false;
  for (const DnsType type : {DnsType::kA, DnsType::kAaaa}) {
    const DnsAnswer alias = dns.ask(record.name, type);
    const DnsAnswer target = dns.ask(record.target, type);
    for (const DnsAnswer* answer : {&alias, &target}) {
      if (!answer->error.empty()) finding.error = answer->error;
    }
    for (const std::string& address : alias.records) {
      finding.found.push_back(address);
      is_shared =
          is_shared || std::find(target.records.begin(), target.records.end(),
                                 address) != target.records.end();
    }
  }
  if (is_shared) {
    finding.state = ZoneState::kGood;
    finding.error.clear();
  } else if (finding.error.empty()) {
    finding.state =
        finding.found.empty() ? ZoneState::kMissing : ZoneState::kDiffers;
  }
  return finding;
}

}  // namespace

std::string_view to_string(ZoneState state) {
  switch (state) {
    case ZoneState::kGood:
      return "good";
    case ZoneState::kMissing:
      return "missing";
    case ZoneState::kDiffers:
      return "differs";
    case ZoneState::kUnknown:
      return "unknown";
  }
  return "";
}

ZoneFinding check_record(const ZoneRecord& record, machine::Dns& dns) {
  if (record.match == ZoneMatch::kAlias) return check_alias(record, dns);
  ZoneFinding finding{.record = record};
  DnsAnswer answer = dns.ask(record.name, record.type);
  if (!answer.error.empty()) {
    finding.error = std::move(answer.error);
    return finding;
  }
  for (std::string& found : answer.records) {
    if (matches(record, found)) finding.state = ZoneState::kGood;
    if (is_of_the_kind(record, found)) {
      finding.found.push_back(std::move(found));
    }
  }
  if (finding.state == ZoneState::kGood) return finding;
  finding.state =
      finding.found.empty() ? ZoneState::kMissing : ZoneState::kDiffers;
  return finding;
}

}  // namespace ctl
