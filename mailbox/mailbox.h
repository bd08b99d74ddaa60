#pragma once

// The directory of one account, open.
//
// Whatever becomes of its name meanwhile (a deletion, another account of the
// same name), all calls are about the directory that was opened.

#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mailbox/file_descriptor.h"
#include "mailbox/small_file.h"

namespace mailbox {

struct Password {
  Presence presence = Presence::kUnknowable;
  std::string hash;  // as Dovecot reads it: {SCHEME}...
  std::time_t last_login = 0;
  std::string error;  // of kUnknowable
};

struct LastLogin {
  Presence presence = Presence::kUnknowable;  // of the password
  std::time_t day = 0;                        // of kThere; never 0
  std::string error;                          // of kUnknowable
};

class Mailbox {
 public:
  Mailbox() = default;
  explicit Mailbox(FileDescriptor directory)
      : directory_(std::move(directory)) {}

  Password password() const;
  // `name` is one of layout.h's.
  Presence flag(const char* name) const {
    return presence_of(descriptor(), name);
  }
  // What went wrong, or nothing.
  std::optional<std::string> set_flag(const char* name, bool there) const;

  // Notes a login: the mtime of the password becomes the begin of that day
  // (UTC).  The file is touched only when that changes it; without a password
  // nothing happens.  What went wrong, or nothing.
  std::optional<std::string> set_last_login(std::time_t when) const;

  // Unknowable when the password is no plain file, or from 1970, which is what
  // a copy without times looks like.
  LastLogin last_login() const;

  // Another password for an account that has one; the last login stays.
  std::optional<std::string> set_password(std::string_view hash) const;

  // When the account was made, as far as the disk knows; 0 when it does not.
  std::time_t created() const;

  ReadResult metadata() const;
  // metadata.json: `change` gets its text ("" when there is none) and gives
  // the new one, or nothing to leave it.  One change at a time, among
  // processes too.  What went wrong, or nothing.
  using Change = std::function<std::optional<std::string>(std::string_view)>;
  std::optional<std::string> change_metadata(const Change& change) const;

  int descriptor() const { return directory_.number(); }

 private:
  FileDescriptor directory_;
};

struct OpenResult {
  Presence presence = Presence::kUnknowable;
  Mailbox mailbox;    // of kThere
  std::string error;  // of kUnknowable
};

// The begin of the day, UTC.
std::time_t day_of(std::time_t when);

}  // namespace mailbox
