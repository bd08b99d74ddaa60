#pragma once

// The life of a service beside Dovecot or nginx: settings, sockets, privileges,
// the loop of signals, the end.  What it answers is the Daemon's; one that
// speaks dict is a Program.

#include <spdlog/logger.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/settings.h"
#include "deploy/services/dict/server.h"
#include "deploy/services/dict/service.h"

namespace host {

// What tells one service from another.
struct Identity {
  const char* name;         // of the program
  const char* about;        // one sentence for --help
  const char* socket_key;   // of chatmail.ini: where its client connects
  const char* metrics_key;  // of chatmail.ini: where counters are served
  const char* client = "Dovecot";
  bool has_mailboxes = true;
};

class Daemon {
 public:
  virtual ~Daemon() = default;
  // At the start and at a reload.  False, and what was before stays, when
  // there are errors.
  virtual bool take(const daemons::Settings& settings,
                    std::vector<std::string>& errors,
                    std::vector<std::string>& warnings) = 0;
  // Once, after the first take(): answers those who connect to `listening`,
  // in threads of its own.
  virtual void serve(int listening) = 0;
  // Starts what it has beside that; false when it cannot, with the reason in
  // the log.
  virtual bool start() { return true; }
  // Gives the answers that are owed, for at most `patience`, and ends its
  // threads.
  virtual void stop(std::chrono::milliseconds patience) = 0;
  virtual std::string metrics() = 0;
};

class Program : public Daemon {
 public:
  // Once, after the first take(); may start threads.
  virtual dict::Service& service() = 0;

  void serve(int listening) final;
  void stop(std::chrono::milliseconds patience) final;

 private:
  std::unique_ptr<dict::Server> server_;
  std::thread loop_;
};

// A program's main(): `make` gives the Daemon.
using Make =
    std::function<std::unique_ptr<Daemon>(std::shared_ptr<spdlog::logger>)>;
int main(const Identity& identity, int argc, char** argv, const Make& make);

}  // namespace host
