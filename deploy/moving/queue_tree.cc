#include "deploy/moving/queue_tree.h"

#include <fcntl.h>

#include <unordered_set>

#include "deploy/moving/belongings.h"

namespace moving {
namespace {

class QueueWalk {
 public:
  explicit QueueWalk(DiskTree& tree) : tree_(tree) {}

  void put(std::string_view queue) {
    const std::string path =
        std::string(kQueueDirectory) + "/" + std::string(queue);
    queues_.push_back(tree_.enter_path(path));
    put_messages(queues_.back());
  }

  // What moved meanwhile.
  void put_again() {
    for (const OpenFolder& queue : queues_) put_messages(queue);
  }

 private:
  // Postfix may spread the names over folders of one letter.
  void put_messages(const OpenFolder& folder) {
    for (const std::string& name : tree_.names_in(folder)) {
      struct stat status {};
      if (fstatat(folder.file.number(), name.c_str(), &status,
                  AT_SYMLINK_NOFOLLOW) != 0) {
        continue;
      }
      if (S_ISDIR(status.st_mode)) {
        put_messages(enter_once(folder, name));
      } else if (S_ISREG(status.st_mode) && (status.st_mode & S_IXUSR) != 0 &&
                 seen_.insert(name).second && !tree_.put(folder, name)) {
        seen_.erase(name);
      }
    }
  }

  OpenFolder enter_once(const OpenFolder& in, const std::string& name) {
    const bool is_first = entered_.insert(in.name + "/" + name).second;
    return is_first ? tree_.enter(in, name) : tree_.open(in, name);
  }

  DiskTree& tree_;
  std::vector<OpenFolder> queues_;
  std::unordered_set<std::string> seen_;
  std::unordered_set<std::string> entered_;
};

}  // namespace

void put_queue(DiskTree& tree) {
  QueueWalk walk(tree);
  for (const std::string_view queue : kMessageQueues) walk.put(queue);
  walk.put_again();
  for (const std::string_view notes : kQueueNotes) {
    tree.put_path(std::string(kQueueDirectory) + "/" + std::string(notes));
  }
}

}  // namespace moving
