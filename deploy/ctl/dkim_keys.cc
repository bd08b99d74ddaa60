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
#include "dkim/domain_name.h"
#include "dkim/unbound_resolver.h"
#include "milter/judging_settings.h"

namespace ctl {

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

namespace {

bool is_absent(const std::string& file) {
  std::error_code error;
  return !std::filesystem::exists(file, error) && !error;
}

// The one that the options name.
SigningKeys named_key(const DkimTask& task, std::string& error) {
  const KeyPlace place = key_place(task, false);
  if (place.domain.empty()) {
    error = "--domain is missing: no chatmail.ini says mail_domain";
    return {};
  }
  auto loaded =
      dkim::load_signing_key(place.file, place.domain, place.selector);
  error = loaded.error;
  if (loaded.key == nullptr) return {};
  return {std::move(loaded.key)};
}

}  // namespace

SigningKeys read_keys(const DkimTask& task, std::string& error) {
  const DkimOptions& options = task.options;
  if (!options.key_file.empty() || !options.selector.empty()) {
    return named_key(task, error);
  }
  error = milter::judge_signature_settings(task.settings);
  if (!error.empty()) return {};
  std::vector<std::string> domains;
  if (!options.domain.empty()) {
    if (!dkim::canonical_domain(options.domain)) {
      error = "--domain: '" + options.domain + "' is no domain name";
      return {};
    }
    domains = {options.domain};
  } else if (task.settings.is_set("mail_domain")) {
    domains = task.settings.address_domains();
  } else {
    error = "--domain is missing: no chatmail.ini says mail_domain";
    return {};
  }
  auto loaded = milter::load_signing_keys(task.settings, domains,
                                          milter::AbsentKey::kMayBe);
  if (!loaded.errors.empty()) {
    error = loaded.errors.front();
    if (loaded.keys.empty() && is_absent(task.settings.text("dkim_key"))) {
      error += "; make one by: chatmail dkim keygen";
    }
    return {};
  }
  if (loaded.keys.empty()) {
    error = "there is no key yet; make one by: chatmail dkim keygen";
  }
  return loaded.keys;
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
  if (created.resolver == nullptr && !task.options.servers.empty()) {
    created.error += "; --server wants ADDRESS or ADDRESS@PORT";
  }
  return {std::move(created.resolver), std::move(created.error)};
}

}  // namespace ctl
