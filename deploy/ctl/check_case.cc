#include "deploy/ctl/check_case.h"

#include <array>
#include <utility>

namespace ctl {
namespace {

constexpr std::array<std::pair<std::string_view, policy::Direction>, 4>
    kDirectionWords = {{
        {"inbound", policy::Direction::kInbound},
        {"outbound", policy::Direction::kOutbound},
        {"local", policy::Direction::kLocal},
        {"internal", policy::Direction::kInternal},
    }};

constexpr std::string_view kAssumptionName = "dkim=";
constexpr std::array kStatuses = {
    dkim::Status::kNone,      dkim::Status::kPass,    dkim::Status::kFail,
    dkim::Status::kPolicy,    dkim::Status::kNeutral, dkim::Status::kTemperror,
    dkim::Status::kPermerror,
};

}  // namespace

std::optional<policy::Direction> parse_direction(std::string_view word) {
  for (const auto& [name, direction] : kDirectionWords) {
    if (name == word) return direction;
  }
  return std::nullopt;
}

bool parse_assumption(std::string_view text, Case& subject) {
  if (!text.starts_with(kAssumptionName)) return false;
  for (const dkim::Status status : kStatuses) {
    if (dkim::to_string(status) == text.substr(kAssumptionName.size())) {
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
