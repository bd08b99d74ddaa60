#pragma once

// One device to be woken.

#include <ctime>
#include <string>

namespace metadata {

struct Notification {
  std::string name;     // of its file
  std::string address;  // whose mail it is about
  std::time_t start = 0;
  std::string token;
};

// After that nobody waits for it any more: clients look by themselves.
inline constexpr std::time_t kNotificationLife = std::time_t{5} * 3600;

}  // namespace metadata
