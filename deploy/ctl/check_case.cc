#include "deploy/ctl/check_case.h"

#include <array>
#include <utility>

namespace ctl {

std::optional<policy::Direction> parse_direction(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, policy::Direction>, 4>
      kWords = {{
          {"inbound", policy::Direction::kInbound},
          {"outbound", policy::Direction::kOutbound},
          {"local", policy::Direction::kLocal},
          {"internal", policy::Direction::kInternal},
      }};
  for (const auto& [name, direction] : kWords) {
    if (name == word) return direction;
  }
  return std::nullopt;
}

bool parse_assumption(std::string_view text, Case& subject) {
  constexpr std::string_view kName = "dkim=";
  constexpr std::array kStatuses = {
      dkim::Status::kNone,      dkim::Status::kPass,
      dkim::Status::kFail,      dkim::Status::kPolicy,
      dkim::Status::kNeutral,   dkim::Status::kTemperror,
      dkim::Status::kPermerror,
  };
  if (!text.starts_with(kName)) return false;
  for (const dkim::Status status : kStatuses) {
    if (dkim::to_string(status) == text.substr(kName.size())) {
      subject.assumed_dkim = status;
      return true;
    }
  }
  return false;
}

std::string without_brackets(std::string_view address) {
  if (address.size() >= 2 && address.front() == '<' && address.back() == '>') {
    address = address.substr(1, address.size() - 2);
  }
  return std::string(address);
}

}  // namespace ctl
