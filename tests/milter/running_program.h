#pragma once

// A daemon started for a test, which waits for its readiness as systemd does
// and is its parent to the end.

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace test {

// The datagram socket that $NOTIFY_SOCKET names.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path);
  ~NotifySocket();
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // Reads until a message contains `text`; false after 20 seconds, or when
  // `child` has ended.
  bool wait_for(const std::string& text, pid_t child);

 private:
  int socket_;
};

class RunningProgram {
 public:
  // `directory` takes the notify socket and the log.  Every pair in
  // `environment` is "NAME=value".
  RunningProgram(const std::vector<std::string>& command,
                 const std::string& directory,
                 const std::vector<std::string>& environment = {});
  // Ends it at once if it still runs.
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  bool wait_until_ready() { return notify_.wait_for("READY=1", pid_); }
  bool wait_for_status(const std::string& text) {
    return notify_.wait_for(text, pid_);
  }
  void send_signal(int number) const;
  // SIGSTOP, and waits until all its threads stand still.
  void pause() const;
  // Its exit status, or 128 and its signal; -1 after 40 seconds.
  int wait_for_end();

  pid_t pid() const { return pid_; }
  std::string log() const;  // what it wrote so far

 private:
  std::string log_path_;
  NotifySocket notify_;
  pid_t pid_ = -1;
};

// Where the build puts the programs: beside the running test.
std::string program_path(const std::string& name);

// In KiB, from /proc/PID/smaps_rollup and /proc/PID/status; 0 when not there.
struct MemoryUse {
  long rss = 0;
  long pss = 0;
  long peak_rss = 0;  // since start, or the last reset_peak()
};
MemoryUse memory_use(pid_t pid);
void reset_peak(pid_t pid);

}  // namespace test
