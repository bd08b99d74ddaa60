#pragma once

// Accounts as relays keep them: a directory <mailboxes_dir>/<address>/ is an
// account, the file `enforceE2EEincoming` in it says that it takes encrypted
// mail only, the file `DISABLED` that mail to it is dropped.
//
// Only ENOENT means that something is not there.  Any other answer of the
// system (permission, disk, a symbolic link where a directory should be) is
// temporary: nobody knows.  The directory is opened once per address and the
// files are looked up in what was opened, so nothing can be swapped between.

#include <string>
#include <string_view>

#include "policy/world.h"

namespace milter {

class FileAccounts final : public policy::Accounts {
 public:
  explicit FileAccounts(std::string mailboxes_dir)
      : mailboxes_dir_(std::move(mailboxes_dir)) {}

  policy::Account look_up(std::string_view address) override;

 private:
  std::string mailboxes_dir_;
};

}  // namespace milter
