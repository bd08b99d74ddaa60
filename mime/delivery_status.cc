#include "mime/delivery_status.h"

#include <algorithm>
#include <array>

#include "mime/ascii.h"

namespace mime {
namespace {

// A folded Diagnostic-Code of a talkative server; more is not read.
constexpr std::size_t kMostFieldOctets = 4096;

constexpr std::array<std::string_view, 5> kMessageFields = {
    "original-envelope-id", "reporting-mta", "dsn-gateway", "received-from-mta",
    "arrival-date"};
constexpr std::array<std::string_view, 9> kRecipientFields = {
    "original-recipient",
    "final-recipient",
    "action",
    "status",
    "remote-mta",
    "diagnostic-code",
    "last-attempt-date",
    "final-log-id",
    "will-retry-until"};

// RFC 3464 2.3.3.
constexpr std::array<std::string_view, 5> kActions = {
    "failed", "delayed", "delivered", "relayed", "expanded"};

template <typename Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// RFC 3463 2: class "." subject "." detail; a comment may follow.
bool is_status_code(std::string_view value) {
  std::size_t at = 0;
  for (int number = 0; number < 3; ++number) {
    std::size_t digits = 0;
    while (at < value.size() && value[at] >= '0' && value[at] <= '9') {
      ++at;
      ++digits;
    }
    if (digits == 0 || digits > 3) return false;
    if (number == 2) break;
    if (at == value.size() || value[at] != '.') return false;
    ++at;
  }
  return at == value.size() || is_blank(value[at]);
}

}  // namespace

void DeliveryStatus::write(std::string_view octets) {
  for (char c : octets) {
    if (c == '\n') {
      end_line();
    } else if (line_.size() < kMostFieldOctets) {
      line_.push_back(c);
    } else {
      malformed_ = true;
    }
  }
}

void DeliveryStatus::end_line() {
  if (line_.ends_with('\r')) line_.pop_back();
  if (line_.empty()) {
    end_field();
    end_group();
  } else if (is_blank(line_.front()) && !field_.empty()) {
    if (field_.size() + line_.size() > kMostFieldOctets) {
      malformed_ = true;
    } else {
      field_ += line_;
    }
  } else {
    end_field();
    field_ = line_;
  }
  line_.clear();
}

void DeliveryStatus::end_field() {
  if (field_.empty()) return;
  group_has_fields_ = true;
  const std::size_t colon = field_.find(':');
  if (colon == std::string::npos || colon == 0) {
    malformed_ = true;
  } else {
    const std::string name =
        to_lower(trim(std::string_view(field_).substr(0, colon)));
    const std::string_view value =
        trim(std::string_view(field_).substr(colon + 1));
    if (in_message_fields_) {
      message_field(name);
    } else {
      recipient_field(name, value);
    }
  }
  field_.clear();
}

void DeliveryStatus::message_field(std::string_view name) {
  if (name == "reporting-mta") has_reporting_mta_ = true;
  if (!is_one_of(kMessageFields, name)) extension_octets_ += field_.size();
}

void DeliveryStatus::recipient_field(std::string_view name,
                                     std::string_view value) {
  if (name == "final-recipient") has_final_recipient_ = true;
  if (name == "action") {
    has_action_ = is_one_of(kActions, to_lower(value));
  }
  if (name == "status") has_status_ = is_status_code(value);
  if (name == "diagnostic-code") {
    longest_diagnostic_ = std::max(longest_diagnostic_, value.size());
  }
  if (!is_one_of(kRecipientFields, name)) extension_octets_ += field_.size();
}

void DeliveryStatus::end_group() {
  if (!group_has_fields_) return;  // several empty lines are one
  if (in_message_fields_) {
    in_message_fields_ = false;
  } else {
    // RFC 3464 2.3: these three are required.
    if (!has_final_recipient_ || !has_action_ || !has_status_) {
      malformed_ = true;
    }
    ++recipients_;
  }
  group_has_fields_ = false;
  has_final_recipient_ = has_action_ = has_status_ = false;
}

void DeliveryStatus::finish() {
  if (!line_.empty()) end_line();
  end_field();
  end_group();
}

bool DeliveryStatus::complete() const {
  return !malformed_ && has_reporting_mta_ && recipients_ > 0;
}

}  // namespace mime
