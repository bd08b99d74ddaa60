#include "policy/reply.h"

#include <cassert>

namespace policy {
namespace {

Judgement make_judgement(Verdict verdict, Reason reason,
                         std::string_view reply_line, std::string_view detail) {
  Judgement judgement;
  judgement.verdict = verdict;
  judgement.reason = reason;
  judgement.reply = make_reply(reply_line);
  judgement.detail = std::string(detail);
  return judgement;
}

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::string to_string(const Reply& reply) {
  return std::to_string(reply.code) + " " + reply.enhanced_status + " " +
         reply.text;
}

std::string quoted(std::string_view foreign_text) {
  std::string text(foreign_text.substr(0, kMaxQuoted));
  for (char& c : text) {
    if (!is_printable(c)) c = '?';
  }
  return text;
}

Reply make_reply(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  assert(first == 3 && second != std::string_view::npos);
  Reply reply;
  reply.code = std::stoi(std::string(line.substr(0, first)));
  reply.enhanced_status = line.substr(first + 1, second - first - 1);
  reply.text = line.substr(second + 1, kMaxReplyText);
  for (char& c : reply.text) {
    if (!is_printable(c)) c = '?';
  }
  return reply;
}

Judgement reject(Reason reason, std::string_view reply_line,
                 std::string_view detail) {
  return make_judgement(Verdict::kReject, reason, reply_line, detail);
}

Judgement tempfail(Reason reason, std::string_view reply_line,
                   std::string_view detail) {
  return make_judgement(Verdict::kTempfail, reason, reply_line, detail);
}

Judgement discard(Reason reason) {
  return make_judgement(Verdict::kDiscard, reason, "250 2.0.0 OK", {});
}

Judgement accept() {
  return make_judgement(Verdict::kAccept, Reason::kAccepted, "250 2.0.0 OK",
                        {});
}

}  // namespace policy
