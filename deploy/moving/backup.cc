#include "deploy/moving/backup.h"

#include <sys/stat.h>

#include "deploy/moving/archive_writer.h"
#include "deploy/moving/disk_tree.h"
#include "deploy/moving/mailbox_tree.h"
#include "deploy/moving/move_lock.h"
#include "deploy/moving/queue_tree.h"
#include "mailbox/layout.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

bool is_there(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

// Those that are wanted and there.
Roots chosen(const daemons::Settings& settings, const relay::Site& site,
             const BackupOptions& options) {
  Roots roots;
  for (const Root& root : belongings(settings, site, options.config_file)) {
    if (!options.without.contains(root.part) &&
        is_there(options.root + root.path)) {
      roots.push_back(root);
    }
  }
  return roots;
}

class Backup {
 public:
  Backup(const relay::Site& site, const BackupOptions& options, Roots roots,
         ArchiveWriter& writer, BackupResult& result)
      : site_(site),
        options_(options),
        rules_(std::move(roots)),
        writer_(writer),
        result_(result) {}

  // "" or what went wrong.
  std::string run() {
    const Manifest manifest{.mail_domain = site_.mail_domain,
                            .made = options_.now,
                            .config_file = options_.config_file,
                            .roots = rules_.roots()};
    std::string error =
        writer_.put_text(kManifestName, print_manifest(manifest), options_.now);
    if (error.empty()) error = put_roots();
    if (error.empty()) error = writer_.finish(kContentsName, options_.now);
    return error;
  }

 private:
  std::string put_roots() {
    DiskTree tree(options_.root,
                  [this](archive_entry& entry, Content& content) {
                    return put(entry, content);
                  });
    tree.leave_out(writer_.descriptor());
    bool has_queue = false;
    for (const Root& root : rules_.roots()) {
      if (root.part == Part::kMailboxes) {
        put_mailboxes(tree, root.path);
      } else if (root.part == Part::kQueue) {
        has_queue = true;  // all of it at once
      } else {
        tree.put_path(root.path);
      }
    }
    if (has_queue) put_queue(tree);
    return tree.error();
  }

  std::string put(archive_entry& entry, Content& content) {
    const Entry seen = entry_of(entry);
    const auto root = rules_.root_of(seen.name);
    // A queue that came into being meanwhile.
    if (!root) return {};
    const Part part = rules_.roots()[*root].part;
    if (seen.type == EntryType::kFile || seen.type == EntryType::kHardLink) {
      ++result_.parts[part].files;
      result_.parts[part].octets += seen.size;
      ++all_.files;
      all_.octets += seen.size;
      const bool is_password =
          seen.name.ends_with(std::string("/") + mailbox::kPasswordFile);
      if (part == Part::kMailboxes && is_password) ++result_.accounts;
      if (options_.on_progress && all_.files % kEntriesBetweenProgress == 0) {
        options_.on_progress(all_);
      }
    }
    return writer_.put(entry, content);
  }

  const relay::Site& site_;
  const BackupOptions& options_;
  EntryRules rules_;
  ArchiveWriter& writer_;
  BackupResult& result_;
  Tally all_;
};

}  // namespace

BackupResult back_up(const daemons::Settings& settings, const relay::Site& site,
                     const BackupOptions& options) {
  BackupResult result;
  const MoveLock lock(options.root);
  if (!lock.error().empty()) {
    result.error = lock.error();
    return result;
  }
  if (!options.without.contains(Part::kMailboxes) &&
      !is_there(options.root + site.mailboxes_dir)) {
    result.error = mailbox::because(options.root + site.mailboxes_dir) +
                   "; is mailboxes_dir right?";
    return result;
  }
  ArchiveWriter writer(options.file, result.error);
  if (!result.error.empty()) return result;
  result.error =
      Backup(site, options, chosen(settings, site, options), writer, result)
          .run();
  if (result.error.empty()) result.archive_octets = writer.octets();
  return result;
}

}  // namespace moving
