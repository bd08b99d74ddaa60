#pragma once

// Passwords into what is stored, and back only to compare: crypt(5) by
// libxcrypt, in the form that Dovecot reads.
//
// A hash takes milliseconds on purpose: never in an event loop.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doveauth {

enum class Scheme : std::uint8_t { kSha512Crypt, kYescrypt };

// "{SHA512-CRYPT}$6$...", "{CRYPT}$y$..."; nullopt and the reason in `error`.
// A password with NUL in it, or longer than kMaxPassword, has none.
std::optional<std::string> hash_password(Scheme scheme,
                                         std::string_view password,
                                         std::string& error);

// nullopt when the stored scheme is none of crypt(5)'s: Dovecot may know it.
std::optional<bool> matches(std::string_view stored, std::string_view password);

}  // namespace doveauth
