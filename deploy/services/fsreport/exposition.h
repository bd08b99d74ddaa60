#pragma once

// The report as metrics, in Prometheus' text format, for node_exporter's
// textfile collector.

#include <string>

#include "deploy/services/fsreport/usage.h"

namespace fsreport {

// chatmail_storage_bytes, chatmail_messages_bytes, chatmail_messages_count,
// chatmail_accounts, chatmail_accounts_active.
std::string exposition(const Usage& usage);

// accounts, ci_accounts, nonci_accounts: what older relays had.
std::string legacy_exposition(const Usage& usage);

}  // namespace fsreport
