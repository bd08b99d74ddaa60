#include <cstdlib>

#include "daemon/log.h"
#include "policy/policyd/options.h"
#include "policy/policyd/service.h"

int main(int argc, char** argv) {
  const auto parsed =
      policyd::parse_options(argc, argv, std::getenv("CHATMAIL_INI"));
  if (!parsed.options) return parsed.exit_status;
  const auto level = daemons::log_level(parsed.options->log_level);
  const auto log = daemons::make_log(
      "chatmail-policyd", level.value_or(spdlog::level::info),
      daemons::stderr_is_journal(std::getenv("JOURNAL_STREAM")));
  if (!level) {
    log->error("--log-level: no level '{}'", parsed.options->log_level);
    return 2;
  }
  if (parsed.options->check_config) {
    return policyd::check_config(*parsed.options, *log);
  }
  return policyd::run_service(*parsed.options, log);
}
