#pragma once

// The values of chatmail.ini, checked when they are read and typed when they
// are asked for.
//
// A Settings is a value: a reload makes a new one, and the running one stays
// when the new one has errors.  Nothing here reads the environment or prints.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daemons {

class Settings {
 public:
  // Takes one value; says what is wrong with it, or nothing.  An unknown key
  // is wrong.
  std::optional<std::string> set(std::string_view key, std::string_view value);

  // All of these: `key` is a known key of that kind (else an assert).  The
  // answer is what was set, or the key's fallback.
  std::string text(std::string_view key) const;  // also of kPath
  std::vector<std::string> words(std::string_view key) const;
  std::uint64_t number(std::string_view key) const;  // size in octets
  double decimal(std::string_view key) const;
  bool yes(std::string_view key) const;

  bool is_set(std::string_view key) const;

  // As rules see `$key`: numbers without their unit; nullopt: no such key.
  std::optional<std::string> for_rules(std::string_view key) const;

  // The domain of the relay's addresses, in lower case: mail_domain, or for
  // an IP address its literal, "[192.0.2.1]" or "[ipv6:2001:db8::1]".
  std::string address_domain() const;

  // The same, and behind it those of more_mail_domains.
  std::vector<std::string> address_domains() const;

  // mailboxes_dir, or where relays keep the mailboxes of mail_domain.
  std::string mailboxes_dir() const;

 private:
  const std::string* find(std::string_view key) const;

  std::map<std::string, std::string, std::less<>> values_;
};

struct SettingsFile {
  Settings settings;
  std::vector<std::string> errors;    // "FILE:LINE: KEY: what"; do not run
  std::vector<std::string> warnings;  // unknown keys, other sections
};

// `name` is only for the messages.
SettingsFile parse_settings(std::string_view text, const std::string& name);

// A file that cannot be read is an error with the system's reason.
SettingsFile read_settings(const std::string& path);

}  // namespace daemons
