#pragma once

// The fields of a message/delivery-status part (RFC 3464 2), read line by line.
//
// A field longer than kMostFieldOctets is a defect.  Held: one field.

#include <cstddef>
#include <string>
#include <string_view>

namespace mime {

class DeliveryStatus {
 public:
  void write(std::string_view octets);
  // Call once, after the last write().
  void finish();

  // The required fields are there, each group is well-formed.
  bool complete() const;
  // Octets of fields that RFC 3464 does not know: readable text.
  std::size_t extension_octets() const { return extension_octets_; }
  std::size_t longest_diagnostic() const { return longest_diagnostic_; }

 private:
  void end_line();
  void end_field();
  void end_group();
  void message_field(std::string_view name);
  void recipient_field(std::string_view name, std::string_view value);

  std::string line_;
  std::string field_;
  bool malformed_ = false;
  bool in_message_fields_ = true;
  bool group_has_fields_ = false;
  bool has_reporting_mta_ = false;
  bool has_final_recipient_ = false;
  bool has_action_ = false;
  bool has_status_ = false;
  int recipients_ = 0;
  std::size_t extension_octets_ = 0;
  std::size_t longest_diagnostic_ = 0;
};

}  // namespace mime
