#pragma once

// Dovecot's mail_attribute_dict: METADATA of clients, and the word that mail
// has come.
//
//   L priv/<guid>/devicetoken               the tokens, separated by blanks
//   L shared/<guid>/.../deltachat/NAME      what the relay says of itself
//   S priv/<guid>/devicetoken <token>       one more token
//   U priv/<guid>/devicetoken               no token any more
//   S priv/<guid>/messagenew                wake the account's devices
//
// Any other key is not found, has nothing to list, and cannot be set.  What is
// set is answered when it is on disk; nobody waits for a device to be woken.

#include <atomic>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "deploy/services/dict/service.h"
#include "deploy/services/metadata/app_versions.h"
#include "deploy/services/metadata/server_values.h"
#include "deploy/services/metadata/token_files.h"

namespace metadata {

class DictService final : public dict::Service {
 public:
  // What it needs of the rest of the program; outlives the service.
  struct World {
    std::function<std::time_t()> now;
    // Runs a task where it may wait; false when too many wait.
    std::function<bool(std::function<void()>)> later;
    // In such a task: the account has mail; `written` is called with what went
    // wrong, or nothing, when that is on disk.
    using Written = std::function<void(std::optional<std::string>)>;
    std::function<void(const std::string& address, Written written)> wake;
  };

  DictService(TokenFiles files, World world)
      : files_(std::move(files)), world_(std::move(world)) {}

  // From any thread; before the first request.
  void set_values(ServerValues values);

  void look_up(dict::Lookup lookup, dict::Reply reply) override;
  void iterate(dict::Iteration iteration, dict::Reply reply) override;
  void commit(dict::Transaction transaction, dict::Reply reply) override;

 private:
  // As they were at the last (re)load.
  struct Values {
    ServerValues said;
    AppVersions app_versions;
  };
  void look_up_tokens(const std::string& address, dict::Reply reply);
  std::optional<std::string> write(const std::string& address,
                                   const dict::Change& change) const;

  TokenFiles files_;
  World world_;
  std::atomic<std::shared_ptr<Values>> values_;
};

}  // namespace metadata
