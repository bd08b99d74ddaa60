#include "deploy/moving/mailbox_tree.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace moving {
namespace {

// What stays of a message's name while its flags change.
std::string lasting_name(const std::string& name) {
  return name.substr(0, name.find(':'));
}

struct Maildir {
  OpenFolder folder;
  std::array<OpenFolder, 2> messages;  // new, cur
};

class MailboxWalk {
 public:
  explicit MailboxWalk(DiskTree& tree) : tree_(tree) {}

  void put(const OpenFolder& in, const std::string& name) {
    OpenFolder inbox = tree_.enter(in, name);
    if (!inbox.file.is_open()) return;
    for (const std::string& one : tree_.names_in(inbox)) {
      if (!one.starts_with('.')) continue;
      OpenFolder folder = tree_.open(inbox, one);
      if (folder.file.is_open()) entered_.insert(one);
    }
    folders_.push_back(Maildir{std::move(inbox), {}});
    for (const std::string& one : sorted_entered()) {
      OpenFolder folder = tree_.enter(folders_.front().folder, one);
      if (folder.file.is_open()) {
        folders_.push_back(Maildir{std::move(folder), {}});
      }
    }
    for (Maildir& maildir : folders_) enter_messages(maildir);
    for (const Maildir& maildir : folders_) put_messages(maildir);
    for (const Maildir& maildir : folders_) put_others(maildir.folder);
  }

 private:
  std::vector<std::string> sorted_entered() const {
    std::vector<std::string> names(entered_.begin(), entered_.end());
    std::sort(names.begin(), names.end());
    return names;
  }

  void enter_messages(Maildir& maildir) {
    std::size_t place = 0;
    for (const char* const name : {"new", "cur"}) {
      maildir.messages[place++] = tree_.enter(maildir.folder, name);
    }
    tree_.enter(maildir.folder, "tmp");
    put_messages(maildir);
  }

  void put_messages(const Maildir& maildir) {
    for (const OpenFolder& folder : maildir.messages) {
      for (const std::string& name : tree_.names_in(folder)) {
        // Renamed between, it is there under another name, and not seen yet.
        const std::string lasting = lasting_name(name);
        if (seen_.insert(lasting).second && !tree_.put(folder, name)) {
          seen_.erase(lasting);
        }
      }
    }
  }

  void put_others(const OpenFolder& folder) {
    const bool is_inbox = &folder == &folders_.front().folder;
    for (const std::string& name : tree_.names_in(folder)) {
      if (name == "new" || name == "cur" || name == "tmp") continue;
      if (is_inbox && entered_.contains(name)) continue;
      tree_.put(folder, name);
    }
  }

  DiskTree& tree_;
  std::vector<Maildir> folders_;  // the inbox first
  std::unordered_set<std::string> entered_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

void put_mailboxes(DiskTree& tree, const std::string& path) {
  const OpenFolder all = tree.enter_path(path);
  for (const std::string& name : tree.names_in(all)) {
    const bool is_address = name.find('@') != std::string::npos;
    if (is_address && tree.open(all, name).file.is_open()) {
      MailboxWalk(tree).put(all, name);
    } else {
      tree.put(all, name);
    }
  }
}

}  // namespace moving
