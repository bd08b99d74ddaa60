#pragma once

// An address and a password that nobody can guess.  Nothing is kept of them:
// the account comes to be at the first login.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace newemail {

// Fills octets with randomness; false when the system has none.
using Randomness = std::function<bool(unsigned char* octets, std::size_t size)>;

// The kernel's, getrandom(2).
bool system_randomness(unsigned char* octets, std::size_t size);

// `length` characters of the alphabet (at most 256), each as likely as any
// other; "" when there is no randomness.
std::string random_text(std::string_view alphabet, std::size_t length,
                        const Randomness& randomness);

// What local parts and passwords are made of.
extern const std::string_view kLocalPartAlphabet;
extern const std::string_view kPasswordAlphabet;

// dclogin:ADDRESS?p=PASSWORD&v=1[&ih=HOST&sh=HOST]&ic=3 - a login at a relay
// whose certificate nobody has signed; `host` is that of IMAP and SMTP where it
// is not the address's domain.
std::string dclogin_url(std::string_view address, std::string_view password,
                        std::string_view host);

}  // namespace newemail
