#include "deploy/machine/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace machine {
namespace {

using Clock = std::chrono::steady_clock;

// A pipe whose ends close themselves.
struct Pipe {
  int ends[2] = {-1, -1};

  bool open() { return pipe2(ends, O_CLOEXEC) == 0; }
  void close_end(int which) {
    if (ends[which] >= 0) close(ends[which]);
    ends[which] = -1;
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
};

// What the new process shall have as 0, 1 and 2.
struct Actions {
  posix_spawn_file_actions_t actions{};

  Actions() { posix_spawn_file_actions_init(&actions); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void take(int from, int as) {
    posix_spawn_file_actions_adddup2(&actions, from, as);
  }
  void open(const std::string& path, int flags, int as) {
    constexpr mode_t kOwnerOnly = 0600;
    posix_spawn_file_actions_addopen(&actions, as, path.c_str(), flags,
                                     kOwnerOnly);
  }
};

struct Attributes {
  posix_spawnattr_t attributes{};

  Attributes() {
    posix_spawnattr_init(&attributes);
    sigset_t nothing;
    sigemptyset(&nothing);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &nothing);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                              POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(
    const std::vector<std::string>& additions) {
  std::vector<std::string> all = additions;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string name(text.substr(0, text.find('=') + 1));
    const bool is_replaced =
        std::any_of(additions.begin(), additions.end(),
                    [&](const std::string& a) { return a.starts_with(name); });
    if (!is_replaced) all.emplace_back(text);
  }
  return all;
}

// The three pipes of a running program, until all are closed.
class Conversation {
 public:
  Conversation(Pipe& in, Pipe& out, Pipe& err, const ProgramOptions& options,
               ProgramResult& result)
      : in_(in), out_(out), err_(err), options_(options), result_(result) {}

  // False when the time is up.
  bool run(Clock::time_point deadline) {
    while (in_.ends[1] >= 0 || out_.ends[0] >= 0 || err_.ends[0] >= 0) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - Clock::now());
      if (left.count() <= 0) return false;
      std::array<pollfd, 3> waited = {pollfd{in_.ends[1], POLLOUT, 0},
                                      pollfd{out_.ends[0], POLLIN, 0},
                                      pollfd{err_.ends[0], POLLIN, 0}};
      const int longest = 1000;
      const auto patience = std::min<long long>(left.count(), longest);
      if (poll(waited.data(), waited.size(), static_cast<int>(patience)) < 0 &&
          errno != EINTR) {
        return false;
      }
      if (waited[0].revents != 0) write_some();
      if (waited[1].revents != 0) read_some(out_, result_.output, true);
      if (waited[2].revents != 0) read_some(err_, result_.errors, false);
      count_seconds();
    }
    return true;
  }

 private:
  void count_seconds() {
    const auto passed =
        std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin_);
    if (passed == told_) return;
    told_ = passed;
    if (options_.on_second) options_.on_second(passed);
  }
  void write_some() {
    const ssize_t count = write(in_.ends[1], options_.input.data() + written_,
                                options_.input.size() - written_);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count > 0) written_ += static_cast<std::size_t>(count);
    if (count < 0 || written_ == options_.input.size()) in_.close_end(1);
  }
  void read_some(Pipe& pipe, std::string& into, bool is_output) {
    std::array<char, 65536> chunk{};
    const ssize_t count = read(pipe.ends[0], chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) {
      pipe.close_end(0);
      return;
    }
    const std::string_view text(chunk.data(), static_cast<std::size_t>(count));
    if (into.size() < kMostOutput) into += text;
    if (is_output && options_.on_output) options_.on_output(text);
  }

  Pipe& in_;
  Pipe& out_;
  Pipe& err_;
  const ProgramOptions& options_;
  ProgramResult& result_;
  std::size_t written_ = 0;
  const Clock::time_point begin_ = Clock::now();
  std::chrono::seconds told_{0};
};

int status_of(int waited) {
  constexpr int kSignalled = 128;
  return WIFEXITED(waited) ? WEXITSTATUS(waited)
                           : kSignalled + WTERMSIG(waited);
}

// A broken pipe is an error of write(), not the end of us.
class NoBrokenPipe {
 public:
  NoBrokenPipe() { before_ = signal(SIGPIPE, SIG_IGN); }
  ~NoBrokenPipe() { signal(SIGPIPE, before_); }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sighandler_t before_ = SIG_DFL;
};

}  // namespace

std::string ProgramResult::why() const {
  if (!error.empty()) return error;
  for (const std::string* text : {&errors, &output}) {
    const std::size_t end = text->find_last_not_of(" \t\r\n");
    if (end == std::string::npos) continue;
    const std::size_t line = text->rfind('\n', end);
    const std::size_t begin = line == std::string::npos ? 0 : line + 1;
    return text->substr(begin, end + 1 - begin);
  }
  return "exit status " + std::to_string(status);
}

ProgramResult run_program(const std::vector<std::string>& words,
                          const ProgramOptions& options) {
  ProgramResult result;
  const NoBrokenPipe no_broken_pipe;
  Pipe in;
  Pipe out;
  Pipe err;
  if (!in.open() || !out.open() || !err.open()) {
    result.error = std::string("no pipe: ") + std::strerror(errno);
    return result;
  }
  Actions actions;
  if (options.input_file.empty()) {
    actions.take(in.ends[0], STDIN_FILENO);
  } else {
    actions.open(options.input_file, O_RDONLY, STDIN_FILENO);
  }
  if (options.output_file.empty()) {
    actions.take(out.ends[1], STDOUT_FILENO);
  } else {
    actions.open(options.output_file, O_WRONLY | O_CREAT | O_TRUNC,
                 STDOUT_FILENO);
  }
  actions.take(err.ends[1], STDERR_FILENO);
  const Attributes attributes;
  std::vector<std::string> arguments = words;
  std::vector<std::string> variables = environment_with(options.environment);
  pid_t child = 0;
  const int failure = posix_spawnp(
      &child, words.front().c_str(), &actions.actions, &attributes.attributes,
      pointers_to(arguments).data(), pointers_to(variables).data());
  if (failure != 0) {
    result.error = words.front() + ": " + std::strerror(failure);
    return result;
  }
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);
  if (options.input.empty()) in.close_end(1);
  if (in.ends[1] >= 0) fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
  if (!Conversation(in, out, err, options, result)
           .run(Clock::now() + options.patience)) {
    result.error = words.front() + ": not done after " +
                   std::to_string(options.patience.count()) + " s";
    kill(-child, SIGKILL);
  }
  int waited = 0;
  while (waitpid(child, &waited, 0) < 0 && errno == EINTR) {
  }
  result.status = status_of(waited);
  return result;
}

std::string find_program(const std::string& name) {
  const char* variable = std::getenv("PATH");  // NOLINT(concurrency-*)
  std::string_view path = variable == nullptr ? "" : variable;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const std::string candidate = std::string(path.substr(0, end)) + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return {};
}

}  // namespace machine
