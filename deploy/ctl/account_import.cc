// `chatmail account import`: accounts of a relay from the time of the SQLite
// password base.
//
// An account that is there is never changed, so what broke off can be begun
// again.  Accounts of automatic tests (ci-, ac_) and of the echo robot are left
// out, as relays did when they moved.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "deploy/ctl/account.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/password_base.h"
#include "deploy/ctl/progress.h"
#include "mailbox/creation.h"
#include "mailbox/limits.h"

namespace ctl {
namespace {

using Kind = mailbox::CreationResult::Kind;

struct Counts {
  std::size_t imported = 0;
  std::size_t there = 0;
  std::size_t skipped = 0;
  std::size_t refused = 0;
  std::size_t failed = 0;
};

bool is_skipped(std::string_view address) {
  return address.starts_with("ci-") || address.starts_with("ac_") ||
         address.starts_with("echo@");
}

// Dovecot takes what names no scheme for the password itself.
bool is_hash(std::string_view text) {
  const std::size_t end = text.find('}');
  return text.size() <= mailbox::kMaxPasswordFile && text.starts_with('{') &&
         end != std::string_view::npos && end > 1 && end + 1 < text.size() &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c <= '~'; });
}

class Import {
 public:
  Import(const AccountTask& task, const PasswordBase& base)
      : task_(task), progress_(task.surroundings, "account", base.count()) {}

  void add(const PasswordEntry& entry);
  void stop_telling() { progress_.clear(); }
  const Counts& counts() const { return counts_; }

 private:
  void refuse(const std::string& why, std::size_t& count);
  Kind make(const std::string& name, const PasswordEntry& entry,
            std::string& error) const;

  const AccountTask& task_;
  Progress progress_;
  Counts counts_;
};

void Import::refuse(const std::string& why, std::size_t& count) {
  ++count;
  progress_.clear();
  task_.complain(why);
}

Kind Import::make(const std::string& name, const PasswordEntry& entry,
                  std::string& error) const {
  if (task_.options.dry_run) {
    int status = kExitUnusable;
    if (find_account(task_.relay, name, error, status)) return Kind::kExisted;
    return status == kExitDiffers ? Kind::kCreated : Kind::kFailed;
  }
  // A login of tomorrow is a clock that was wrong.
  const std::int64_t now = task_.surroundings.now;
  const bool is_known = entry.last_login > 0 && entry.last_login <= now;
  mailbox::CreationResult result =
      mailbox::create_account(task_.relay.mailboxes, name, entry.hash,
                              is_known ? entry.last_login : now);
  error = std::move(result.error);
  return result.kind;
}

void Import::add(const PasswordEntry& entry) {
  progress_.step();
  if (is_skipped(entry.address)) {
    ++counts_.skipped;
    return;
  }
  std::string error;
  const auto name = account_name(task_.relay, entry.address, error);
  if (!name) {
    refuse(error, counts_.refused);
    return;
  }
  if (!is_hash(entry.hash)) {
    refuse(*name + ": its password is no hash with a {SCHEME} in front",
           counts_.refused);
    return;
  }
  switch (make(*name, entry, error)) {
    case Kind::kCreated:
      ++counts_.imported;
      break;
    case Kind::kExisted:
      ++counts_.there;
      break;
    case Kind::kFailed:
      refuse(with_advice(*name + ": " + error), counts_.failed);
      break;
  }
}

void tell(const AccountTask& task, const Counts& counts) {
  if (task.options.json) {
    task.surroundings.out << to_line({{"dry_run", task.options.dry_run},
                                      {"imported", counts.imported},
                                      {"there_already", counts.there},
                                      {"of_tests", counts.skipped},
                                      {"refused", counts.refused},
                                      {"failed", counts.failed}})
                          << '\n';
    return;
  }
  task.surroundings.out << (task.options.dry_run ? "would be imported "
                                                 : "imported ")
                        << counts.imported << ", there already " << counts.there
                        << ", of tests " << counts.skipped << ", refused "
                        << counts.refused << ", failed " << counts.failed
                        << '\n';
}

}  // namespace

int import_accounts(const AccountTask& task) {
  const std::string path = task.options.file.empty()
                               ? task.relay.settings.text("passdb_path")
                               : task.options.file;
  std::string error;
  const auto base = PasswordBase::open(path, error);
  if (base == nullptr) {
    return task.complain(error +
                         "; name a password base that the owner of the "
                         "mailboxes can read, or set passdb_path");
  }
  Import import(task, *base);
  const bool read = base->for_each(
      [&](const PasswordEntry& entry) { import.add(entry); }, error);
  import.stop_telling();
  tell(task, import.counts());
  if (!read) return task.complain(path + ": it breaks off: " + error);
  if (import.counts().failed > 0) return kExitUnusable;
  return import.counts().refused > 0 ? kExitDiffers : kExitDone;
}

}  // namespace ctl
