#include "policy/spend_request.h"

#include <algorithm>

namespace policy {
namespace {

constexpr std::string_view kAction = "action";
constexpr std::string_view kReason = "reason";
// What Postfix would call "no opinion".
constexpr std::string_view kGranted = "DUNNO";
constexpr std::string_view kTemporary = "451";

bool can_be_sent(std::string_view value) {
  return value.size() <= kMaxSpendValue &&
         value.find_first_of(std::string_view("\n\0", 2)) ==
             std::string_view::npos;
}

void append(std::string_view name, std::string_view value, std::string& text) {
  text += name;
  text += '=';
  text += value;
  text += '\n';
}

bool is_reply(std::string_view text) {
  return text.size() > 4 && (text[0] == '4' || text[0] == '5') &&
         text[3] == ' ' &&
         std::all_of(text.begin(), text.begin() + 3,
                     [](char c) { return c >= '0' && c <= '9'; }) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::optional<std::string> spend_request(const Spend& spend) {
  for (const std::string* value :
       {&spend.login, &spend.reverse_path, &spend.client_address,
        &spend.author_domain}) {
    if (!can_be_sent(*value)) return std::nullopt;
  }
  std::string text;
  append("request", kSpendRequest, text);
  append("direction", to_string(spend.direction), text);
  append("login", spend.login, text);
  append("reverse_path", spend.reverse_path, text);
  append("client_address", spend.client_address, text);
  append("shape", mime::to_string(spend.shape), text);
  append("recipient_count", std::to_string(spend.recipient_count), text);
  append("author_domain", spend.author_domain, text);
  append("size", std::to_string(spend.size), text);
  return text + '\n';
}

std::string spend_answer(const SpendAnswer& answer) {
  std::string text;
  switch (answer.kind) {
    case SpendAnswer::Kind::kGranted:
      append(kAction, kGranted, text);
      break;
    case SpendAnswer::Kind::kTooMuch:
      append(kAction, answer.reply, text);
      append(kReason, answer.reason, text);
      break;
    case SpendAnswer::Kind::kTemporaryError:
      append(kAction, "451 4.3.0 Limits cannot be asked, try again later",
             text);
      break;
  }
  return text + '\n';
}

std::optional<SpendAnswer> parse_spend_answer(std::string_view text) {
  std::string_view action;
  std::string_view reason;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    if (line.substr(0, equals) == kAction) action = line.substr(equals + 1);
    if (line.substr(0, equals) == kReason) reason = line.substr(equals + 1);
  }
  SpendAnswer answer;
  if (action == kGranted) return answer;
  if (!is_reply(action)) return std::nullopt;
  if (reason.empty()) {
    // A refusal that no limit made.
    if (!action.starts_with(kTemporary)) return std::nullopt;
    answer.kind = SpendAnswer::Kind::kTemporaryError;
    return answer;
  }
  answer.kind = SpendAnswer::Kind::kTooMuch;
  answer.reply = std::string(action);
  answer.reason = std::string(reason);
  return answer;
}

}  // namespace policy
