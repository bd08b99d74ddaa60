#include "daemon/log.h"

#include <spdlog/sinks/sink.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <utility>

namespace daemons {
namespace {

using spdlog::level::level_enum;

// sd-daemon(3): the priorities of syslog in angle brackets.
std::string_view priority(level_enum level) {
  switch (level) {
    case level_enum::trace:
    case level_enum::debug:
      return "<7>";
    case level_enum::warn:
      return "<4>";
    case level_enum::err:
      return "<3>";
    case level_enum::critical:
      return "<2>";
    default:
      return "<6>";
  }
}

void append(std::string_view text, spdlog::memory_buf_t& out) {
  out.append(text.data(), text.data() + text.size());
}

void append_number(int number, int digits, spdlog::memory_buf_t& out) {
  char text[8];
  for (int i = digits; i-- > 0; number /= 10) {
    text[i] = static_cast<char>('0' + number % 10);
  }
  append({text, static_cast<std::size_t>(digits)}, out);
}

// ISO 8601 with milliseconds and the offset of the local time.
void append_time(spdlog::log_clock::time_point time,
                 spdlog::memory_buf_t& out) {
  using std::chrono::milliseconds;
  const auto since = time.time_since_epoch();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since);
  const std::time_t seconds = whole.count();
  std::tm local{};
  localtime_r(&seconds, &local);
  const struct {
    int number;
    int digits;
    char before;
  } pieces[] = {
      {local.tm_mon + 1, 2, '-'},
      {local.tm_mday, 2, '-'},
      {local.tm_hour, 2, 'T'},
      {local.tm_min, 2, ':'},
      {local.tm_sec, 2, ':'},
      {static_cast<int>(
           std::chrono::duration_cast<milliseconds>(since - whole).count()),
       3, '.'}};
  append_number(local.tm_year + 1900, 4, out);
  for (const auto& piece : pieces) {
    out.push_back(piece.before);
    append_number(piece.number, piece.digits, out);
  }
  const int minutes = static_cast<int>(std::abs(local.tm_gmtoff) / 60);
  out.push_back(local.tm_gmtoff < 0 ? '-' : '+');
  append_number(minutes / 60, 2, out);
  out.push_back(':');
  append_number(minutes % 60, 2, out);
}

// A line is one write(2), so lines of several threads stay whole without a
// lock, and the milter's threads, which are new for nearly every message, do
// not walk through spdlog's formatters and stdio.
class StderrSink : public spdlog::sinks::sink {
 public:
  explicit StderrSink(bool for_journal) : for_journal_(for_journal) {}

  void log(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    if (for_journal_) {
      append(priority(message.level), line);
    } else {
      append_time(message.time, line);
      line.push_back(' ');
      append({message.logger_name.data(), message.logger_name.size()}, line);
      line.push_back(' ');
      const auto level = spdlog::level::to_string_view(message.level);
      append({level.data(), level.size()}, line);
      append(": ", line);
    }
    append({message.payload.data(), message.payload.size()}, line);
    line.push_back('\n');
    write_all({line.data(), line.size()});
  }
  void flush() override {}  // nothing is held back
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  // What cannot be written is lost: there is nobody to tell.
  static void write_all(std::string_view line) {
    while (!line.empty()) {
      const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;
      line.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  const bool for_journal_;
};

}  // namespace

std::optional<level_enum> log_level(std::string_view word) {
  constexpr std::pair<std::string_view, level_enum> levels[] = {
      {"trace", level_enum::trace}, {"debug", level_enum::debug},
      {"info", level_enum::info},   {"warning", level_enum::warn},
      {"error", level_enum::err},   {"off", level_enum::off}};
  for (const auto& [name, level] : levels) {
    if (word == name) return level;
  }
  return std::nullopt;
}

bool stderr_is_journal(const char* journal_stream) {
  if (journal_stream == nullptr) return false;
  struct stat status {};
  if (fstat(STDERR_FILENO, &status) != 0) return false;
  // systemd.exec(5): device and inode in decimal with a colon between.
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) ==
         journal_stream;
}

std::shared_ptr<spdlog::logger> make_log(const std::string& name,
                                         level_enum level, bool for_journal) {
  auto sink = std::make_shared<StderrSink>(for_journal);
  auto log = std::make_shared<spdlog::logger>(name, std::move(sink));
  log->set_level(level);
  return log;
}

std::string printable(std::string_view text, std::size_t longest) {
  std::string result(text.substr(0, longest));
  for (char& c : result) {
    if (c < ' ' || c > '~') c = '?';
  }
  return result;
}

}  // namespace daemons
