#pragma once

// The daily expiry of one mailbox.
//
// Old messages go, by their files' mtime, and of a mailbox that is too full
// the oldest; a mailbox whose owner has not logged in for long goes whole.
// What cannot be known certainly is left alone: a mailbox whose last login
// cannot be read keeps everything, and a directory without a password, which is
// no account, loses old messages and goes only when nothing is in it.
//
// Dovecot may deliver and users may delete meanwhile; what vanishes is no
// error.  Any number of threads may ask at once.

#include <string>

#include "deploy/services/expire/outcome.h"
#include "deploy/services/expire/retention.h"
#include "mailbox/mailboxes.h"

namespace expire {

class Expiry {
 public:
  struct Mode {
    bool removes = false;  // else nothing is changed
    bool lists = true;     // Outcome::removals
  };
  // `mailboxes` outlives it.
  Expiry(const mailbox::Mailboxes& mailboxes, const Retention& retention,
         const Mode& mode)
      : mailboxes_(mailboxes), retention_(retention), mode_(mode) {}

  // `name` is one in the mailboxes' directory.
  Outcome expire(const std::string& name) const;

 private:
  void unused(const std::string& name, const mailbox::Mailbox& mailbox,
              std::time_t last_login, Outcome& outcome) const;
  void messages(const mailbox::Mailbox& mailbox, Outcome& outcome) const;
  void quota(const mailbox::Mailbox& mailbox, Outcome& outcome) const;
  void without_account(const std::string& name, const mailbox::Mailbox& mailbox,
                       Outcome& outcome) const;

  const mailbox::Mailboxes& mailboxes_;
  Retention retention_;
  Mode mode_;
};

}  // namespace expire
