#pragma once

// What is agreed with an MTA at the begin of a connection: actions, what it
// does not send or wait for, and the macros that it sends at each stage.
//
// Replies are given at MAIL, at the end of the header section and at the end
// of the message; for everything else the MTA is told not to wait
// (SMFIP_NR_*), which halves the work for both.

#include <optional>
#include <vector>

#include "milter/shared.h"

namespace milter {

struct Symbols {
  int stage = 0;  // SMFIM_*
  const char* names = "";
};

struct Terms {
  unsigned long actions = 0;   // SMFIF_*
  unsigned long protocol = 0;  // SMFIP_*
  std::vector<Symbols> symbols;
};

// Every action that is ever asked of an MTA.
extern const unsigned long kActions;
// The SMFIP_NR_* flags: whoever speaks the protocol can do without them, by
// giving the replies that the MTA waits for.
extern const unsigned long kNoReplies;

// The terms for an MTA that offers these; nullopt, and a line in the log, when
// it lacks one: mail would be judged or edited otherwise than
// `chatmail check` says.
std::optional<Terms> agree(const Shared& shared, unsigned long actions,
                           unsigned long protocol);

// Whether a rule asks for the client's TLS version or cipher.
bool asks_for_tls(const Setup& setup);

}  // namespace milter
