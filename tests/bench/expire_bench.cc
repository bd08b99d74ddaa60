// What does a dry run of chatmail-expire cost?
// Run: build/release/bin/expire_bench [FOLDER]
//
// Makes 200,000 mailboxes with 5 messages each in FOLDER (/dev/shm: memory, of
// which it takes 3 GB) and looks at them in three ways: a bare walk, which asks
// for each name and each file's status and does nothing else; chatmail-expire;
// and the same rules in Python, expire_obvious.py.  The two that have an answer
// must have the same, which is compared first, line by line.  CPU time is that
// of a process each, user and system, the least of several rounds in turn.
// The bars: 1.3 times the bare walk, a quarter of the Python; a missed one is
// exit status 1.  With --check a small tree, and no bar.

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/stopwatch.h"

namespace {

constexpr std::time_t kDay = 86'400;
constexpr int kMessages = 5;
constexpr double kMostOfBareWalk = 1.3;
constexpr double kMostOfPython = 0.25;

struct Tree {
  std::string root;
  int mailboxes = 0;
  std::time_t now = std::time(nullptr);

  std::string mail() const { return root + "/mail"; }
  std::string config() const { return root + "/chatmail.ini"; }
};

void set_time(int directory, const char* name, std::time_t when) {
  const timespec times[2] = {{when, 0}, {when, 0}};
  bench::check(utimensat(directory, name, times, 0) == 0, "utimensat");
}

void make_file(int directory, const char* name, off_t size, std::time_t when) {
  const int file = openat(directory, name, O_CREAT | O_WRONLY, 0600);
  // Sparse: its size costs nothing.
  bench::check(file >= 0 && ftruncate(file, size) == 0, "a file");
  close(file);
  set_time(directory, name, when);
}

// One in 50 is unused; of the messages, one in 20 is old and one in 40 large
// and seen; one mailbox in 100 is too full.
void make_mailbox(const Tree& tree, int all, int number) {
  char name[64];
  std::snprintf(name, sizeof name, "u%08d@a.example", number);
  bench::check(mkdirat(all, name, 0700) == 0, "mkdirat");
  const int own = openat(all, name, O_RDONLY | O_DIRECTORY);
  for (const char* part : {"cur", "new", "tmp"}) {
    bench::check(mkdirat(own, part, 0700) == 0, "mkdirat");
  }
  make_file(own, "enforceE2EEincoming", 0, tree.now - 50 * kDay);
  for (int i = 0; i < kMessages; ++i) {
    const int serial = number * kMessages + i;
    const bool old = serial % 20 == 0;
    const bool large = serial % 40 == 1;
    const std::time_t when = tree.now -
                             (old     ? 21
                              : large ? 8
                                      : 2 + serial % 5) *
                                 kDay -
                             100;
    const long counted = number % 100 == 7 ? 100'000'000 : 5000;
    std::snprintf(name, sizeof name, "%s/%ld.M%dP1.host,S=%ld,W=5100%s",
                  serial % 3 == 2 ? "new" : "cur", static_cast<long>(when),
                  serial, counted, serial % 3 == 2 ? "" : ":2,S");
    make_file(own, name, large ? 300'000 : 5000, when);
  }
  make_file(own, "password", 106,
            tree.now - (number % 50 == 3 ? 91 : number % 60) * kDay - 100);
  close(own);
}

void make_tree(const Tree& tree) {
  std::filesystem::create_directories(tree.mail());
  const int all = open(tree.mail().c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < tree.mailboxes; ++i) make_mailbox(tree, all, i);
  close(all);
  std::ofstream(tree.config()) << "[params]\nmail_domain = a.example\n"
                               << "mailboxes_dir = " << tree.mail() << "\n";
}

struct Cost {
  double cpu = 1e18;  // seconds
  double wall = 1e18;
};

// Of a child that does `work`, with its stdout in `output`.
Cost cost_of(const std::string& output, const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  bench::check(child >= 0, "fork");
  if (child == 0) {
    const int file = open(output.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    dup2(file, STDOUT_FILENO);
    work();
    _exit(0);
  }
  int status = 0;
  rusage used{};
  bench::check(wait4(child, &status, 0, &used) == child && status == 0,
               "a process that ends well");
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  const std::chrono::duration<double> wall =
      std::chrono::steady_clock::now() - begin;
  return {seconds(used.ru_utime) + seconds(used.ru_stime), wall.count()};
}

void replace_process(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

std::uint64_t walk(int parent, const char* name) {
  const int own = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  DIR* const stream = fdopendir(own);
  if (stream == nullptr) {
    std::perror(name);
    _exit(1);
  }
  std::uint64_t files = 0;
  while (const dirent* entry = readdir(stream)) {
    if (std::string_view(entry->d_name) == "." ||
        std::string_view(entry->d_name) == "..") {
      continue;
    }
    struct stat status {};
    bench::check(fstatat(own, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                 "fstatat");
    files += S_ISDIR(status.st_mode) ? walk(own, entry->d_name) : 1;
  }
  closedir(stream);
  return files;
}

void bare_walk(const Tree& tree) {
  const std::uint64_t files = walk(AT_FDCWD, tree.mail().c_str());
  bench::check(
      files == static_cast<std::uint64_t>(tree.mailboxes) * (kMessages + 2),
      "the bare walk's files");
}

void expire(const Tree& tree, const char* threads) {
  replace_process(
      {CHATMILTER_EXPIRE, "--dry-run", "--threads", threads, tree.config()});
}

void obvious(const Tree& tree) {
  const std::uint64_t quota = std::uint64_t{500} * 1024 * 1024 / 100 * 70;
  constexpr const char* script =
      CHATMILTER_SOURCE_DIR "/tests/bench/expire_obvious.py";
  replace_process({"/usr/bin/python3", script, tree.mail(),
                   std::to_string(tree.now), "20", "7", "90",
                   std::to_string(quota)});
}

// The paths that would go, sorted; the last line apart.
std::vector<std::string> paths_in(const std::string& file,
                                  const std::string& before,
                                  std::string& last) {
  std::vector<std::string> paths;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line); last = line) {
    if (!line.starts_with(before + "/")) continue;
    line.erase(0, before.size());
    paths.push_back(line.substr(0, line.find(' ')));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void check_answers(const Tree& tree) {
  const std::string ours = tree.root + "/ours";
  const std::string other = tree.root + "/other";
  cost_of(ours, [&] { expire(tree, "4"); });
  cost_of(other, [&] { obvious(tree); });
  std::string our_end;
  std::string other_end;
  const auto our_paths = paths_in(ours, "would remove " + tree.mail(), our_end);
  const auto other_paths = paths_in(other, tree.mail(), other_end);
  bench::check(!our_paths.empty() && our_paths == other_paths,
               "the same paths as in Python");
  const auto mailboxes = std::to_string(tree.mailboxes);
  bench::check(other_end.starts_with(mailboxes + " mailboxes, "),
               "the mailboxes in Python");
  const std::string messages = other_end.substr(
      mailboxes.size() + 12, other_end.rfind(' ') - mailboxes.size() - 12);
  bench::check(
      our_end.find(" out of " + mailboxes + " mailboxes and ") !=
              std::string::npos &&
          our_end.find(" out of " + messages + " files ") != std::string::npos,
      "the summary");
}

void keep_least(Cost& least, const Cost& cost) {
  least.cpu = std::min(least.cpu, cost.cpu);
  least.wall = std::min(least.wall, cost.wall);
}

void print(const Tree& tree, const char* what, const Cost& cost) {
  std::printf("%-28s %6.2f s CPU, %5.1f us a mailbox; %6.2f s\n", what,
              cost.cpu, cost.cpu / tree.mailboxes * 1e6, cost.wall);
}

int measure(const Tree& tree) {
  const std::string output = tree.root + "/output";
  Cost bare;
  Cost one;
  Cost four;
  Cost python;
  for (int round = 0; round < 4; ++round) {
    keep_least(bare, cost_of(output, [&] { bare_walk(tree); }));
    keep_least(four, cost_of(output, [&] { expire(tree, "4"); }));
    keep_least(one, cost_of(output, [&] { expire(tree, "1"); }));
    if (round < 2) {
      keep_least(python, cost_of(output, [&] { obvious(tree); }));
    }
  }
  std::printf("%d mailboxes, %d messages each\n", tree.mailboxes, kMessages);
  print(tree, "bare walk", bare);
  print(tree, "chatmail-expire, 1 thread", one);
  print(tree, "chatmail-expire, 4 threads", four);
  print(tree, "the same rules in Python", python);
  const double of_walk = four.cpu / bare.cpu;
  const double of_python = four.cpu / python.cpu;
  std::printf("of the bare walk: %.2f (bar %.1f); of Python: %.2f (bar %.2f)\n",
              of_walk, kMostOfBareWalk, of_python, kMostOfPython);
  const bool good = of_walk <= kMostOfBareWalk && of_python <= kMostOfPython;
  if (!good) std::puts("a bar is missed");
  return good ? 0 : 1;
}

std::string made;  // to be removed at the end, however it ends

}  // namespace

int main(int argc, char** argv) {
  const bool checks = bench::only_checks(argc, argv);
  std::string pattern = checks ? "/tmp" : argc > 1 ? argv[1] : "/dev/shm";
  pattern += "/expire_bench.XXXXXX";
  Tree tree;
  bench::check(mkdtemp(pattern.data()) != nullptr, "a folder");
  tree.root = made = pattern;
  std::atexit([] { std::filesystem::remove_all(made); });
  tree.mailboxes = checks ? 400 : 200'000;
  make_tree(tree);
  check_answers(tree);
  return checks ? 0 : measure(tree);
}
