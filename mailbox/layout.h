#pragma once

// What stands in <mailboxes_dir>/<address>/, as chatmail relays have it.
//
// An account exists from the moment that its file `password` does: it is
// written last, and everything before it can be cleared away.

namespace mailbox {

// The hash, in Dovecot's form; its mtime is the last login, rounded down to
// the day so that the disk does not tell when somebody was there.
inline constexpr char kPasswordFile[] = "password";
inline constexpr char kPasswordLock[] = "password.lock";
// Its being there is the flag.
inline constexpr char kEnforcingFlag[] = "enforceE2EEincoming";
inline constexpr char kDisabledFlag[] = "DISABLED";
inline constexpr char kMetadataFile[] = "metadata.json";
inline constexpr char kMetadataLock[] = "metadata.json.lock";
// Dovecot's note of the mailbox's size, made anew when it is missing.
inline constexpr char kQuotaFile[] = "maildirsize";

}  // namespace mailbox
