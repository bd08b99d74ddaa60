#pragma once

// The words of the rules about accounts (rules/accounts/*.conf).
//
// Sections: `create`, asked when somebody logs in to an address that does not
// exist, and `login`, whose limits count guesses at passwords.

#include <cstdint>

#include "rules/vocabulary.h"

namespace doveauth {

// Places in the vocabulary's facts.
enum class Fact : std::uint8_t {
  kLocalPart,
  kLocalPartLength,
  kDomain,
  kPasswordLength,
  kPasswordOctets,
  kPasswordPrintable,
  kNocreate,
  kRegistration,
  kInviteGiven,
  kInviteValid,
  kClient,
  kClientNetwork,
  kLoad,
  kLoadAverage,
  kAvailableMemory,
  kAvailableMemoryMb,
  kFreeDisk,
  kFreeDiskMb,
  kSetting,
};

inline constexpr char kCreateSection[] = "create";
inline constexpr char kLoginSection[] = "login";

const rules::Vocabulary& account_vocabulary();

}  // namespace doveauth
