#pragma once

// One message to judge, with everything that is said about it: on the command
// line for all messages, in a manifest for each.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/result.h"
#include "dkim/table_resolver.h"
#include "policy/envelope.h"

namespace ctl {

enum class Expectation {
  kNothing,  // no manifest: the message is only judged
  kAccept,
  kReject,
  kTempfail,
  kEither,  // accepted or refused, but decided
};

struct Case {
  std::string name;      // as it is shown
  std::string path;      // "-" is the standard input
  std::string position;  // "manifest.jsonl:12", or empty

  policy::Direction direction = policy::Direction::kInbound;
  std::optional<std::string> mail_from;  // nullopt: the author; "": <>
  std::vector<std::string> recipients;   // empty: one in the mail domain
  std::optional<std::string> login;      // nullopt: what the direction implies
  std::string client_address;
  std::vector<std::string> mail_domains;  // empty: those of the envelope

  bool all_cleartext_ok = false;
  std::vector<std::string> cleartext_ok;
  std::vector<std::string> unknown;
  std::optional<dkim::Status> assumed_dkim;
  std::optional<std::int64_t> now;           // nullopt: the clock
  std::shared_ptr<dkim::TableResolver> dns;  // null: no key exists

  Expectation expectation = Expectation::kNothing;
  std::string reply;  // what the reply begins with; empty: any
  std::string why;
};

// "inbound", "outbound", "local", "internal"; nullopt: another word.
std::optional<policy::Direction> parse_direction(std::string_view word);

// "dkim=pass" and its kind into `subject`; false: not of that form.
bool parse_assumption(std::string_view text, Case& subject);

// An address as people write it, `<a@b>` or `a@b`, without the brackets.
std::string without_brackets(std::string_view address);

}  // namespace ctl
