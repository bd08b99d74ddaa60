#include "policy/asked_accounts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace policy {
namespace {

// RFC 5321 4.5.3.1: 64 octets, an at-sign, 255 octets.
constexpr std::size_t kMaxAddress = 320;

AccountState state_of(const std::string& word) {
  if (word == "enforcing") return AccountState::kEnforcing;
  if (word == "takes-cleartext") return AccountState::kTakesCleartext;
  if (word == "disabled") return AccountState::kDisabled;
  return AccountState::kTemporaryError;
}

}  // namespace

std::optional<std::string> account_question(std::string_view address) {
  if (address.empty() || address.size() > kMaxAddress ||
      std::any_of(address.begin(), address.end(),
                  [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; })) {
    return std::nullopt;
  }
  std::string line = "Lshared/chatmail/account/";
  line += address;
  line += "\t";
  line += address;
  return line + '\n';
}

Account parse_account_answer(std::string_view line, std::int64_t now) {
  const Account failed{AccountState::kTemporaryError};
  if (line == "N") return {AccountState::kUnknown};
  if (!line.starts_with('O')) return failed;
  line = line.substr(1, line.find('\t') - 1);  // times may follow
  const auto object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object()) return failed;
  const auto state = object.find("state");
  if (state == object.end() || !state->is_string()) return failed;
  Account account{state_of(state->get<std::string>())};
  const auto age = object.find("age");
  if (age != object.end() && age->is_number_integer()) {
    account.created = now - age->get<std::int64_t>();
  }
  return account;
}

Account AskedAccounts::look_up(std::string_view address) {
  const auto question = account_question(address);
  if (!question) return {AccountState::kUnknown};
  const auto answer = ask_(*question);
  if (!answer) return {AccountState::kTemporaryError};
  return parse_account_answer(*answer, now_());
}

}  // namespace policy
