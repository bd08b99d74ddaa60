#pragma once

// The log of a daemon: one line an event on stderr, which systemd gives to
// the journal.
//
// No message content is ever logged, and addresses only where the settings
// ask for it; who logs keeps to that.

#include <spdlog/logger.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace daemons {

// trace, debug, info, warning, error or off.
std::optional<spdlog::level::level_enum> log_level(std::string_view word);

// `journal_stream` is the value of $JOURNAL_STREAM or nullptr; true when
// stderr is really what that names (a child may have redirected it).
bool stderr_is_journal(const char* journal_stream);

// For the journal a line begins with the priority, "<4>" (sd-daemon(3)), and
// the journal adds time and name; elsewhere with time, name and level.
std::shared_ptr<spdlog::logger> make_log(const std::string& name,
                                         spdlog::level::level_enum level,
                                         bool for_journal);

// A copy fit for a log line: octets outside printable ASCII become '?', and
// what is longer than `longest` is cut.
std::string printable(std::string_view text, std::size_t longest = 200);

}  // namespace daemons
