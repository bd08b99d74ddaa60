#pragma once

// The notifications that are not delivered yet, on disk as relays have them:
//   <mailboxes_dir>/pending_notifications/<uuid4>   ADDRESS LF START LF TOKEN
//
// A file is on disk whole before it takes its name, so what was synced is
// found after a kill or a loss of power, and what was not never was.  Written
// in one thread; remove() is for any.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/services/metadata/notification.h"
#include "mailbox/mailboxes.h"

namespace metadata {

inline constexpr char kPendingFolder[] = "pending_notifications";

class PendingFiles {
 public:
  // Makes the folder where it is not there; nullopt and the reason in `error`.
  static std::optional<PendingFiles> open(const mailbox::Mailboxes& mailboxes,
                                          std::string& error);

  // Gives it a new name.  What went wrong, or nothing.
  std::optional<std::string> write(Notification& notification);
  // Everything written since the last time: there, or, when something went
  // wrong, nothing of it.
  std::optional<std::string> sync();
  std::size_t unsynced() const { return unsynced_.size(); }

  void remove(const std::string& name) const;

  // All there are.  What cannot be read as one is removed, and what a killed
  // process has begun; other files are left alone.  False, and the reason in
  // `error`, when the folder cannot be read to its end.
  bool for_each(const std::function<void(Notification)>& visit,
                std::string& error) const;

 private:
  struct Unsynced {
    std::string name;
    mailbox::FileDescriptor file;
  };
  explicit PendingFiles(mailbox::FileDescriptor folder)
      : folder_(std::move(folder)) {}

  mailbox::FileDescriptor folder_;
  std::vector<Unsynced> unsynced_;
};

std::string print_notification(const Notification& notification);
// nullopt when it is none; the name is left empty.
std::optional<Notification> parse_notification(std::string_view text);

}  // namespace metadata
