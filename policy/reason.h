#pragma once

// Why a message got its verdict: one word, the same in logs, metrics and
// `chatmail check`.  Rules bring their own ("as cleartext"); these are the
// words for what comes of no rule.

#include <array>
#include <string_view>

namespace policy::reason {

inline constexpr std::string_view kAccepted = "accepted";
// 554: a rule would take a message whose header section is beyond its bounds.
inline constexpr std::string_view kHeaderTooLarge = "header-too-large";
// 451: accounts could not be read.
inline constexpr std::string_view kAccountLookup = "account-lookup";
// 451: another fact that a rule needs could not be known.
inline constexpr std::string_view kFactLookup = "fact-lookup";
// 451: no rule decided; a rule set that may end so is not loaded.
inline constexpr std::string_view kUndecided = "undecided";
// 451: our own signature could not be made.
inline constexpr std::string_view kSigning = "signing";
// 450: too much mail; the policy service brings the word of its rule.
inline constexpr std::string_view kRate = "rate";
// 451: limits could not be asked.
inline constexpr std::string_view kLimitLookup = "limit-lookup";

inline constexpr std::array kAll = {
    kAccepted,  kHeaderTooLarge, kAccountLookup, kFactLookup,
    kUndecided, kSigning,        kRate,          kLimitLookup};

}  // namespace policy::reason
