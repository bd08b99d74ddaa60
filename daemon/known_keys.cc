#include "daemon/known_keys.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

namespace daemons {
namespace {

using enum ValueKind;

constexpr std::uint64_t kKilo = 1024;
constexpr std::uint64_t kMega = kKilo * 1024;
constexpr std::uint64_t kTera = kMega * kMega;
// With 0 days everything would go, and 100 years are a slip of the pen.
constexpr std::uint64_t kLongest = 36'500;
// Octets in front of the @ (RFC 5321 4.5.3.1.1).
constexpr std::uint64_t kLocalPart = 64;
// What crypt(3) takes, without the longest token and its hyphen, and without
// what chatmail-newemail adds to the shortest password.
constexpr std::uint64_t kPassword = 511 - 33 - 3;
constexpr std::uint64_t kPort16 = 65'535;  // 0: no port

constexpr KnownKey kKeys[] = {
    // What relays use today.
    {"mail_domain", kText, ""},
    {"max_user_send_per_minute", kInteger, "60"},
    {"max_user_send_burst_size", kInteger, "10"},
    {"max_mailbox_size", kSize, "500M", "", kMega, 8 * kTera},
    {"max_message_size", kSize, "31457280", "", kKilo, 2047 * kMega},
    {"delete_mails_after", kDays, "20", "", 1, kLongest},
    {"delete_large_after", kDays, "7", "", 1, kLongest},
    {"delete_inactive_users_after", kDays, "90", "", 1, kLongest},
    {"username_min_length", kInteger, "9", "", 1, kLocalPart},
    {"username_max_length", kInteger, "9", "", 1, kLocalPart},
    {"password_min_length", kInteger, "9", "", 1, kPassword},
    {"passthrough_senders", kWords, ""},
    {"passthrough_recipients", kWords, ""},
    {"www_folder", kText, ""},
    {"filtermail_smtp_port", kPort, "10080"},
    {"filtermail_smtp_port_incoming", kPort, "10081"},
    {"filtermail_http_port_incoming", kPort, "10082"},
    {"filtermail_lmtp_port_transport", kPort, "10083"},
    {"filtermail_host", kText, "127.0.0.1"},
    {"postfix_host", kText, "127.0.0.1"},
    {"postfix_reinject_port", kPort, "10025"},
    {"postfix_reinject_port_incoming", kPort, "10026"},
    {"disable_ipv6", kYesNo, "no"},
    {"mtail_address", kAddress, ""},
    {"imap_rawlog", kYesNo, "no"},
    {"imap_compress", kYesNo, "no"},
    {"tls_cert", kText, "", "acme|external|self"},
    {"tls_external_cert_and_key", kWords, ""},
    {"acme_email", kText, ""},
    {"privacy_postal", kText, ""},
    {"privacy_mail", kText, ""},
    {"privacy_pdo", kText, ""},
    {"privacy_supervisor", kText, ""},
    {"iroh_relay", kUrl, ""},
    {"turn_socket_path", kPath, "/run/chatmail-turn/turn.socket"},
    {"mailboxes_dir", kPath, ""},
    {"passdb_path", kPath, "/home/vmail/passdb.sqlite"},
    {"max_imap_connections", kInteger, "10000", "", 5, 1'000'000},
    {"max_smtp_connections", kInteger, "1000", "", 5, 100'000},
    {"max_load_1m", kDecimal, "5"},
    {"min_available_memory", kSize, "200M"},
    {"min_free_disk_space", kSize, "1G"},
    // Ours.
    {"milter_socket", kText, "unix:/var/spool/postfix/chatmilter/milter.sock"},
    {"milter_engine", kText, "native", "native|libmilter"},
    {"metrics_socket", kText, ""},
    {"policyd_socket", kText, ""},
    {"accounts_socket", kText, ""},
    {"policyd_metrics_socket", kText, ""},
    {"policyd_state_dir", kPath, "/var/lib/chatmilter/policyd"},
    {"limits_store", kText, "embedded"},
    {"max_user_send_recipients_per_minute", kInteger, "1000"},
    {"max_user_send_recipients_burst_size", kInteger, "3000"},
    {"max_new_user_send_per_minute", kInteger, "20"},
    {"max_network_send_per_minute", kInteger, "600"},
    {"max_network_send_burst_size", kInteger, "600"},
    {"max_relay_send_per_minute", kInteger, "6000"},
    {"max_relay_send_burst_size", kInteger, "6000"},
    {"dkim_key", kPath, "/etc/dkimkeys/opendkim.private"},
    {"dkim_selector", kText, "opendkim"},
    {"dkim_key_ed25519", kPath, ""},
    {"dkim_selector_ed25519", kText, ""},
    {"dkim_more_keys", kWords, ""},
    {"dkim_signed_fields", kWords, ""},
    {"dkim_oversigned_fields", kWords, ""},
    {"dkim_timestamp", kYesNo, "yes"},
    {"dkim_signature_lifetime", kSeconds, "0"},
    {"dkim_engine", kText, "native", "native|opendkim"},
    {"dns_forwarders", kServers, ""},
    {"dns_root_key", kPath, ""},
    {"dns_timeout", kSeconds, "10", "", 1, 3600},
    {"dns_stale_keys", kSeconds, "86400"},
    {"log_addresses", kYesNo, "no"},
    {"rules_dir", kPath, ""},
    {"own_rules_dir", kPath, "/etc/chatmilter/rules.d"},
    {"accept_address_literals", kText, "own", "own|any"},
    {"autocrypt_setup_message", kYesNo, "no"},
    {"gnupg_ocb_outbound", kYesNo, "no"},
    {"gnupg_ocb_inbound", kYesNo, "yes"},
    {"add_authentication_results", kYesNo, "no"},
    // Of the services beside Dovecot.
    {"doveauth_socket", kText, "unix:/run/doveauth/doveauth.socket"},
    {"doveauth_metrics_socket", kText, ""},
    {"doveauth_state_dir", kPath, "/var/lib/chatmail/doveauth"},
    {"doveauth_http_port", kInteger, "0", "", 0, kPort16},
    {"doveauth_http_secret", kPath, "/etc/chatmail/doveauth.secret"},
    {"lastlogin_socket", kText,
     "unix:/run/chatmail-lastlogin/lastlogin.socket"},
    {"lastlogin_metrics_socket", kText, ""},
    {"account_rules", kWords, "/etc/chatmail/accounts.d"},
    {"newemail_socket", kText, "unix:/run/chatmail-newemail/newemail.socket"},
    {"newemail_metrics_socket", kText, ""},
    {"newemail_port", kInteger, "0", "", 0, kPort16},
    {"newemail_trusted_proxies", kWords, "127.0.0.1"},
    {"max_new_addresses_per_network", kInteger, "60", "", 1},
    {"registration", kText, "open", "open|invite|closed"},
    {"nocreate_file", kPath, "/etc/chatmail-nocreate"},
    {"invites_file", kPath, "/var/lib/chatmail/invites.json"},
    {"max_creations_per_network", kInteger, "30"},
    {"max_creations", kInteger, "3000"},
    {"max_failed_logins", kInteger, "60"},
    {"password_scheme", kText, "SHA512-CRYPT", "SHA512-CRYPT|YESCRYPT"},
    {"mailbox_user", kText, "vmail"},
    {"metadata_socket", kText, "unix:/run/chatmail-metadata/metadata.socket"},
    {"metadata_metrics_socket", kText, ""},
    {"turn_host", kText, ""},
    {"turn_secret_file", kPath, "/var/lib/chatmail-metadata/turn.secret"},
    {"app_versions_file", kPath, "/var/lib/chatmail/appversions.json"},
    {"max_smtp_recipients", kInteger, "1000", "", 1, 100'000},
    {"notify_url", kUrl, "https://notifications.delta.chat/notify"},
    {"notify_ca_file", kPath, ""},
    {"notify_retry_base", kDecimal, "8"},
    {"notify_timeout", kSeconds, "60", "", 1, 3600},
    // Of the whole relay, as its configuration is rendered.
    {"more_mail_domains", kWords, ""},
    {"mta_sts_lookup", kYesNo, "no"},
    {"acme_server", kUrl, "https://acme-v02.api.letsencrypt.org/directory"},
    {"iroh_relay_program", kPath, "/usr/local/bin/iroh-relay"},
};

// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::span<const KnownKey> known_keys() { return kKeys; }

const KnownKey* find_known_key(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kKeys), std::end(kKeys),
                   [&](const KnownKey& key) { return key.name == name; });
  return found == std::end(kKeys) ? nullptr : found;
}

std::string_view nearest_known_name(std::string_view name) {
  constexpr std::size_t longest_name = 100;
  if (name.size() > longest_name) return {};
  // A third of the letters may be wrong before it is another word.
  std::size_t least = std::max<std::size_t>(name.size() / 3, 1) + 1;
  std::string_view nearest;
  for (const KnownKey& key : kKeys) {
    const std::size_t distance = edit_distance(name, key.name);
    if (distance < least) {
      least = distance;
      nearest = key.name;
    }
  }
  return nearest;
}

}  // namespace daemons
