// The keys that a command is about, their records, and where public keys come
// from.

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>

#include "deploy/ctl/dkim.h"
#include "deploy/ctl/dns_file.h"
#include "dkim/unbound_resolver.h"
#include "milter/judging_settings.h"

namespace ctl {
namespace {

// A key in its usual place that nobody has made yet is not asked for.
bool is_configured(const DkimTask& task, const std::string& setting,
                   const std::string& file) {
  std::error_code ignored;
  return !file.empty() && (task.settings.is_set(setting) ||
                           std::filesystem::exists(file, ignored));
}

}  // namespace

int DkimTask::complain(std::string_view what, int status) const {
  surroundings.err << "chatmail dkim: " << without_controls(what) << '\n';
  return status;
}

KeyPlace key_place(const DkimTask& task, bool is_ed25519) {
  const std::string suffix = is_ed25519 ? "_ed25519" : "";
  const auto either = [](const std::string& option,
                         const std::string& setting) {
    return option.empty() ? setting : option;
  };
  return {
      either(task.options.key_file, task.settings.text("dkim_key" + suffix)),
      either(task.options.selector,
             task.settings.text("dkim_selector" + suffix)),
      either(task.options.domain, task.settings.is_set("mail_domain")
                                      ? task.settings.address_domain()
                                      : std::string())};
}

SigningKeys read_keys(const DkimTask& task, std::string& error) {
  SigningKeys keys;
  for (const bool is_ed25519 : {false, true}) {
    const KeyPlace place = key_place(task, is_ed25519);
    const bool is_named = !task.options.key_file.empty();
    if (is_named
            ? is_ed25519
            : !is_configured(task, is_ed25519 ? "dkim_key_ed25519" : "dkim_key",
                             place.file)) {
      continue;
    }
    if (place.domain.empty()) {
      error = "--domain is missing: no chatmail.ini says mail_domain";
      return {};
    }
    auto loaded =
        dkim::load_signing_key(place.file, place.domain, place.selector);
    if (loaded.key == nullptr) {
      error = loaded.error;
      return {};
    }
    keys.push_back(std::move(loaded.key));
  }
  if (task.options.key_file.empty()) {
    for (const std::string& word : task.settings.words("dkim_more_keys")) {
      const auto named = milter::parse_named_key(word);
      if (!named) continue;
      auto loaded =
          dkim::load_signing_key(named->path, named->domain, named->selector);
      if (loaded.key == nullptr) {
        error = loaded.error;
        return {};
      }
      keys.push_back(std::move(loaded.key));
    }
  }
  if (keys.empty()) {
    error = "there is no key yet; make one by: chatmail dkim keygen";
  }
  return keys;
}

std::vector<std::string> record_strings(std::string_view text) {
  constexpr std::size_t most = 255;
  std::vector<std::string> strings;
  for (; !text.empty(); text.remove_prefix(std::min(most, text.size()))) {
    strings.emplace_back(text.substr(0, most));
  }
  return strings;
}

std::string zone_line(const dkim::SigningKey& key) {
  const auto strings = record_strings(key.strict_record());
  std::string line = key.record_name() + ". 3600 IN TXT";
  if (strings.size() == 1) return line + " \"" + strings.front() + "\"";
  line += " (";
  for (const std::string& each : strings) line += "\n  \"" + each + "\"";
  return line + " )";
}

KeySource key_source(const DkimTask& task) {
  if (!task.options.dns_file.empty()) {
    DnsTable table = read_dns_file(task.options.dns_file);
    return {std::move(table.resolver), std::move(table.error)};
  }
  dkim::UnboundOptions options;
  options.forwarders = task.options.servers.empty()
                           ? task.settings.words("dns_forwarders")
                           : task.options.servers;
  options.resolv_conf = "/etc/resolv.conf";
  options.root_key_file = task.settings.text("dns_root_key");
  options.timeout = std::chrono::seconds(task.settings.number("dns_timeout"));
  auto created = dkim::UnboundResolver::create(std::move(options));
  return {std::move(created.resolver), std::move(created.error)};
}

}  // namespace ctl
