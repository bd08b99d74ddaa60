#include "tests/milter/running_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace test {
namespace {

using Clock = std::chrono::steady_clock;

// True when the process has ended, without taking its status.
bool has_ended(pid_t pid) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid), &info,
                WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == pid;
}

// "Rss:   123 kB" in a file of /proc.
long value_of(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(name + ":", 0) == 0) {
      return std::strtol(line.c_str() + name.size() + 1, nullptr, 10);
    }
  }
  return 0;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

NotifySocket::NotifySocket(const std::string& path)
    : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  unlink(path.c_str());
  if (bind(socket_, reinterpret_cast<const sockaddr*>(&address),
           sizeof address) != 0) {
    std::abort();
  }
  // The daemon may have become another user.
  std::filesystem::permissions(path, std::filesystem::perms::all);
}

NotifySocket::~NotifySocket() { close(socket_); }

bool NotifySocket::wait_for(const std::string& text, pid_t child) {
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  while (Clock::now() < deadline) {
    pollfd waited{socket_, POLLIN, 0};
    if (poll(&waited, 1, 100) <= 0) {
      if (has_ended(child)) return false;
      continue;
    }
    char message[4096];
    const ssize_t count = recv(socket_, message, sizeof message, 0);
    if (count > 0 &&
        std::string(message, static_cast<std::size_t>(count)).find(text) !=
            std::string::npos) {
      return true;
    }
  }
  return false;
}

RunningProgram::RunningProgram(const std::vector<std::string>& command,
                               const std::string& directory,
                               const std::vector<std::string>& environment)
    : log_path_(directory + "/log"), notify_(directory + "/notify") {
  std::vector<std::string> words = command;
  std::vector<std::string> variables = environment;
  variables.push_back("NOTIFY_SOCKET=" + directory + "/notify");
#if defined(__SANITIZE_THREAD__)
  variables.emplace_back("TSAN_OPTIONS=suppressions=" CHATMILTER_SOURCE_DIR
                         "/tests/milter/tsan.supp");
#endif
  for (const char* name : {"PATH", "ASAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      variables.push_back(std::string(name) + "=" + value);
    }
  }
  const auto arguments = pointers(words);
  const auto settings = pointers(variables);
  pid_ = fork();
  if (pid_ != 0) return;
  const int log = open(log_path_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(log, STDERR_FILENO);
  dup2(log, STDOUT_FILENO);
  execve(arguments[0], arguments.data(), settings.data());
  _exit(127);
}

RunningProgram::~RunningProgram() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void RunningProgram::send_signal(int number) const { kill(pid_, number); }

void RunningProgram::pause() const {
  kill(pid_, SIGSTOP);
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);
}

int RunningProgram::wait_for_end() {
  // A descriptor of the process is readable when it ends.
  const int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  pollfd waited{process, POLLIN, 0};
  const bool ended = poll(&waited, 1, 40000) == 1;
  close(process);
  if (!ended) return -1;
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string RunningProgram::log() const {
  std::ifstream file(log_path_, std::ios::binary);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

std::string program_path(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name)
      .string();
}

MemoryUse memory_use(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  return {value_of(process + "/smaps_rollup", "Rss"),
          value_of(process + "/smaps_rollup", "Pss"),
          value_of(process + "/status", "VmHWM")};
}

void reset_peak(pid_t pid) {
  std::ofstream("/proc/" + std::to_string(pid) + "/clear_refs") << "5";
}

}  // namespace test
