#include <malloc.h>

#include <cstdlib>

#include "daemon/log.h"
#include "milter/options.h"
#include "milter/service.h"

int main(int argc, char** argv) {
  // There may be a thread for each message that waits; with an arena for each,
  // every one keeps what its largest message took.
  mallopt(M_ARENA_MAX, 2);
  const auto parsed =
      milter::parse_options(argc, argv, std::getenv("CHATMAIL_INI"));
  if (!parsed.options) return parsed.exit_status;
  const auto level = daemons::log_level(parsed.options->log_level);
  const auto log = daemons::make_log(
      "chatmail-milter", level.value_or(spdlog::level::info),
      daemons::stderr_is_journal(std::getenv("JOURNAL_STREAM")));
  if (!level) {
    log->error("--log-level: no level '{}'", parsed.options->log_level);
    return 2;
  }
  if (parsed.options->check_config) {
    return milter::check_config(*parsed.options, *log);
  }
  return milter::run_service(*parsed.options, log);
}
