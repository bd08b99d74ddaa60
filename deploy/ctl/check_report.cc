#include "deploy/ctl/check_report.h"

#include <nlohmann/json.hpp>

#include "mime/shape.h"

namespace ctl {
namespace {

// A reply without text has no blank at its end.
std::string reply_text(const policy::Reply& reply) {
  std::string text = policy::to_string(reply);
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string_view reason_word(const Outcome& outcome) {
  return outcome.refused_by_postfix
             ? "postfix"
             : std::string_view(outcome.judgement.reason);
}

// What a person may want to know beside verdict and reason.
std::string notes(const Case& subject, const Outcome& outcome) {
  const policy::Judgement& judgement = outcome.judgement;
  std::string text;
  if (judgement.reason == "dkim" && !subject.dns) {
    text += "; keys come from --dns, which was not given";
  }
  if (judgement.reason == "malformed" && outcome.begins_as_mbox) {
    text +=
        "; the first line is that of a mailbox file: remove it, or say "
        "--as-postfix";
  }
  if (judgement.verdict != policy::Verdict::kAccept) return text;
  if (is_signed_direction(subject.direction) &&
      judgement.plan.insert_top.empty()) {
    text += "; not signed: no --dkim-key is of the author's domain";
  }
  if (judgement.reverse_path) {
    text += "; the reverse-path becomes <" + *judgement.reverse_path + ">";
  }
  for (const std::size_t index : judgement.dropped_recipients) {
    if (index >= outcome.envelope.recipients.size()) continue;
    text += "; dropped in silence for " + outcome.envelope.recipients[index];
  }
  return text;
}

bool is_expected(Expectation expectation, policy::Verdict verdict) {
  const std::string_view word = verdict_word(verdict);
  switch (expectation) {
    case Expectation::kNothing:
      return true;
    case Expectation::kAccept:
      return word == "accept";
    case Expectation::kReject:
      return word == "reject";
    case Expectation::kTempfail:
      return word == "tempfail";
    case Expectation::kEither:
      return word != "tempfail";
  }
  return false;
}

std::string_view expectation_word(Expectation expectation) {
  switch (expectation) {
    case Expectation::kNothing:
      return "anything";
    case Expectation::kAccept:
      return "accept";
    case Expectation::kReject:
      return "reject";
    case Expectation::kTempfail:
      return "tempfail";
    case Expectation::kEither:
      return "accept or reject";
  }
  return "";
}

// For a person; a program sees what a sender can know, verdict_word().
std::string_view told_word(policy::Verdict verdict) {
  return verdict == policy::Verdict::kDiscard ? "discard"
                                              : verdict_word(verdict);
}

}  // namespace

std::string_view verdict_word(policy::Verdict verdict) {
  switch (verdict) {
    case policy::Verdict::kAccept:
    case policy::Verdict::kDiscard:
      return "accept";
    case policy::Verdict::kReject:
      return "reject";
    case policy::Verdict::kTempfail:
      return "tempfail";
  }
  return "";
}

std::string describe(const Case& subject, const Outcome& outcome) {
  const policy::Judgement& judgement = outcome.judgement;
  std::string text(told_word(judgement.verdict));
  const bool accepted = judgement.verdict == policy::Verdict::kAccept;
  const std::string reply = reply_text(judgement.reply);
  if (!reply.empty()) text += " " + reply;
  text += " (";
  text += accepted ? mime::to_string(judgement.shape) : reason_word(outcome);
  if (!judgement.detail.empty()) text += ": " + judgement.detail;
  text += notes(subject, outcome) + ")";
  return text;
}

std::string coloured(std::string description, policy::Verdict verdict) {
  const std::string_view word = told_word(verdict);
  std::string_view colour = "\x1b[33m";
  if (word == "accept") colour = "\x1b[32m";
  if (word == "reject") colour = "\x1b[31m";
  description.insert(word.size(), "\x1b[0m");
  description.insert(0, colour);
  return description;
}

std::string difference(const Case& subject,
                       const policy::Judgement& judgement) {
  const std::string reply = reply_text(judgement.reply);
  if (is_expected(subject.expectation, judgement.verdict) &&
      reply.starts_with(subject.reply)) {
    return {};
  }
  std::string text = "wanted ";
  text += expectation_word(subject.expectation);
  if (!subject.reply.empty()) text += " " + subject.reply;
  text += ", got ";
  text += verdict_word(judgement.verdict);
  return text;
}

nlohmann::ordered_json to_json(const Case& subject, const Outcome& outcome,
                               const std::string& emitted) {
  const policy::Judgement& judgement = outcome.judgement;
  nlohmann::ordered_json object = {
      {"file", subject.name},
      {"verdict", verdict_word(judgement.verdict)},
      {"reply", reply_text(judgement.reply)},
      {"reason", reason_word(outcome)},
      {"detail", judgement.detail},
      {"shape", mime::to_string(judgement.shape)},
  };
  if (subject.expectation != Expectation::kNothing) {
    object["ok"] = difference(subject, judgement).empty();
    object["position"] = subject.position;
  }
  if (judgement.reverse_path) object["reverse_path"] = *judgement.reverse_path;
  if (!emitted.empty()) object["emitted"] = emitted;
  return object;
}

}  // namespace ctl
