#include "policy/reply.h"

#include <cassert>

#include "policy/reason.h"

namespace policy {
namespace {

Judgement make_judgement(Verdict verdict, std::string_view reason,
                         std::string_view reply_line, std::string_view detail) {
  Judgement judgement;
  judgement.verdict = verdict;
  judgement.reason = std::string(reason);
  judgement.reply = make_reply(reply_line);
  judgement.detail = std::string(detail);
  return judgement;
}

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

// "5.7.1" (RFC 3463 2); "4.7.1:" is a text.
bool is_enhanced_status(std::string_view word) {
  return word.size() >= 5 && word[1] == '.' && word.back() != '.' &&
         word.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::string to_string(const Reply& reply) {
  std::string line = std::to_string(reply.code) + ' ';
  if (!reply.enhanced_status.empty()) line += reply.enhanced_status + ' ';
  return line + reply.text;
}

std::string quoted(std::string_view foreign_text) {
  std::string text(foreign_text.substr(0, kMaxQuoted));
  for (char& c : text) {
    if (!is_printable(c)) c = '?';
  }
  return text;
}

Reply make_reply(std::string_view line) {
  const std::size_t space = line.find(' ');
  assert(space == 3);
  Reply reply;
  reply.code = std::stoi(std::string(line.substr(0, space)));
  reply.enhanced_status.clear();
  line.remove_prefix(space + 1);
  const std::size_t end = line.find(' ');
  if (end != std::string_view::npos &&
      is_enhanced_status(line.substr(0, end))) {
    reply.enhanced_status = line.substr(0, end);
    line.remove_prefix(end + 1);
  }
  reply.text = line.substr(0, kMaxReplyText);
  for (char& c : reply.text) {
    if (!is_printable(c)) c = '?';
  }
  return reply;
}

Judgement refuse(std::string_view reason, std::string_view reply_line,
                 std::string_view detail) {
  return make_judgement(
      reply_line.starts_with('4') ? Verdict::kTempfail : Verdict::kReject,
      reason, reply_line, detail);
}

Judgement discard(std::string_view reason, std::string_view detail) {
  return make_judgement(Verdict::kDiscard, reason, "250 2.0.0 OK", detail);
}

Judgement accept() {
  return make_judgement(Verdict::kAccept, reason::kAccepted, "250 2.0.0 OK",
                        {});
}

}  // namespace policy
