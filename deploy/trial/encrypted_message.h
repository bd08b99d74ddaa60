#pragma once

// Messages of a trial, made when they are sent: nobody's mail, and no two
// alike.
//
// What is encrypted are random octets for a key that does not exist, in the
// packets that a client writes (RFC 9580: a PKESK of X25519 and a SEIPD of
// version 1), so a relay must take it and nobody can read it.

#include <cstdint>
#include <string>

namespace trial {

struct MessageOptions {
  std::string from;
  std::string to;
  std::string token;  // of the Message-ID and of the Subject
  std::int64_t now = 0;
  std::size_t octets = 2000;  // of what is encrypted
};

// Of so many letters and digits, from the system's randomness.
std::string random_name(std::size_t length);

std::string encrypted_message(const MessageOptions& options);
// The same, in text that everybody can read.
std::string cleartext_message(const MessageOptions& options);

}  // namespace trial
