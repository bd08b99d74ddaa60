#include "daemon/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
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

class PriorityFlag : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const std::string_view text = priority(message.level);
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<PriorityFlag>();
  }
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
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PriorityFlag>('P').set_pattern(
      for_journal ? "%P%v" : "%Y-%m-%dT%H:%M:%S.%e%z %n %l: %v");
  sink->set_formatter(std::move(formatter));
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
