#include "deploy/ctl/check_options.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "daemon/program_files.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/config_file.h"
#include "deploy/ctl/dns_file.h"
#include "dkim/signing_key.h"
#include "milter/judging_settings.h"
#include "mime/ascii.h"
#include "policy/envelope.h"

namespace ctl {
namespace {

constexpr const char* kExamples = R"(
Examples:
  # Would this message, from outside to alice, be accepted?
  chatmail check --mail-from bob@example.org --rcpt alice@relay.example \
      --dns keys.json message.eml

  # Its encryption alone, whatever its signature
  chatmail check --assume dkim=pass message.eml

  # What leaves the relay when alice submits it, signed
  chatmail check --direction outbound --mail-from alice@relay.example \
      --dkim-key opendkim.private --emit queued message.eml

  # A whole corpus; the exit status is 1 when anything differs
  chatmail check --manifest corpus/*/manifest.jsonl

Exit status: 0 judged (a refusal is an answer, too), 1 a case of a manifest
came out otherwise than it says, 2 something could not be read or written.)";

constexpr const char* kDefaultSelector = "opendkim";

// Takes one value each time it is given, so that the messages may follow it.
Option* add_repeated(CommandLine& command, const std::string& name,
                     std::vector<std::string>& values,
                     const std::string& text) {
  return command.add_option(name, values, text)->takes_one();
}

void declare_envelope(CommandLine& command, Case& defaults) {
  command
      .add_option(
          "--direction",
          [&defaults](const std::string& word) {
            defaults.direction =
                parse_direction(word).value_or(policy::Direction::kInbound);
          },
          "inbound (default), outbound, local or internal")
      ->one_of({"inbound", "outbound", "local", "internal"})
      ->type_name("WORD");
  command
      .add_option(
          "--mail-from",
          [&defaults](const std::string& address) {
            defaults.mail_from = without_brackets(address);
          },
          "The reverse-path, '<>' for none\n(default: the author)")
      ->type_name("ADDRESS");
  add_repeated(
      command, "--rcpt", defaults.recipients,
      "A recipient; may be repeated\n(default: someone in the mail domain)")
      ->type_name("ADDRESS");
  command
      .add_option(
          "--login",
          [&defaults](const std::string& login) { defaults.login = login; },
          "Who is logged in\n(default: outbound, the reverse-path)")
      ->type_name("ADDRESS");
  command
      .add_option("--client-address", defaults.client_address,
                  "The IP address that the message comes from")
      ->type_name("ADDRESS");
  add_repeated(
      command, "--mail-domain", defaults.mail_domains,
      "A domain whose accounts are here; may be\nrepeated (default: those "
      "of the recipients;\nof mail that leaves, that of the reverse-path)")
      ->type_name("DOMAIN");
}

void declare_world(CommandLine& command, CheckOptions& options) {
  Case& defaults = options.defaults;
  add_repeated(command, "--cleartext-ok", defaults.cleartext_ok,
               "A recipient that takes cleartext; may be\nrepeated")
      ->type_name("ADDRESS");
  add_repeated(command, "--unknown", defaults.unknown,
               "A recipient that does not exist; may be\nrepeated")
      ->type_name("ADDRESS");
  command
      .add_option(
          "--dns", options.dns_file,
          "JSON file from names to lists of TXT records\n(default: no name "
          "exists)")
      ->type_name("FILE");
  command
      .add_option("--now", defaults.now,
                  "When the message came, seconds since 1970\n(default: now)")
      ->type_name("SECONDS");
  command
      .add_option(
          "--config", options.config_file,
          "The relay's chatmail.ini: its domain, its keys,\nits settings "
          "(default: none, and none needed)")
      ->type_name("FILE");
  command
      .add_option(
          "--rules", options.rules_directory,
          "The folder of the rules (default: that of\n--config, or the shipped "
          "ones alone)")
      ->type_name("DIRECTORY");
  add_repeated(
      command, "--assume", options.assumptions,
      "dkim=pass (none, fail, policy, neutral,\ntemperror, permerror): "
      "takes that for granted")
      ->type_name("RESULT");
}

void declare_signing(CommandLine& command, CheckOptions& options) {
  add_repeated(command, "--dkim-key", options.dkim_key_files,
               "A private key to sign mail with that leaves;\nmay be repeated "
               "(default: it is not signed)")
      ->type_name("FILE");
  add_repeated(command, "--dkim-selector", options.dkim_selectors,
               "Selector of the key (default: opendkim)")
      ->type_name("NAME");
  command
      .add_option(
          "--dkim-domain", options.dkim_domain,
          "Domain of the keys (default: the first\n--mail-domain, or that of "
          "--mail-from)")
      ->type_name("DOMAIN");
  command
      .add_option("--engine", options.engine,
                  "Who computes DKIM: native (default) or opendkim")
      ->one_of({"native", "opendkim"})
      ->type_name("WORD");
}

std::string load_rulebook(CheckOptions& options,
                          std::vector<std::string>& warnings) {
  const std::string& directory = options.rules_directory;
  milter::LoadedRules rules;
  if (!directory.empty()) {
    rules = milter::load_rules("", directory, options.settings);
  } else if (!options.config_file.empty()) {
    rules = milter::load_rules(options.settings);
  } else {
    rules = milter::load_rules("", daemons::shipped_rules_directory(),
                               options.settings);
  }
  warnings.insert(warnings.end(), rules.warnings.begin(), rules.warnings.end());
  options.judging.configuration.rulebook = std::move(rules.rulebook);
  std::string all;
  for (const std::string& error : rules.errors) {
    all += (all.empty() ? "" : "\n") + error;
  }
  return all;
}

std::string load_keys(CheckOptions& options) {
  const std::vector<std::string>& files = options.dkim_key_files;
  std::vector<std::string>& selectors = options.dkim_selectors;
  if (selectors.size() > files.size()) {
    return "there are more --dkim-selector than --dkim-key";
  }
  if (files.empty()) return {};
  selectors.resize(files.size(), kDefaultSelector);
  if (options.dkim_domain.empty() && !options.defaults.mail_domains.empty()) {
    options.dkim_domain = options.defaults.mail_domains.front();
  }
  if (options.dkim_domain.empty() && options.defaults.mail_from) {
    options.dkim_domain = policy::domain_of(*options.defaults.mail_from);
  }
  if (options.dkim_domain.empty()) {
    return "--dkim-key needs --dkim-domain, --mail-domain or --mail-from";
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto loaded =
        dkim::load_signing_key(files[i], options.dkim_domain, selectors[i]);
    if (!loaded.key) return loaded.error;
    options.judging.configuration.signing_keys.push_back(std::move(loaded.key));
  }
  return {};
}

}  // namespace

void declare_check_options(CommandLine& command, CheckOptions& options) {
  command
      .add_option("FILE", options.messages,
                  "Messages; - is the standard input.  A file\nthat has no "
                  "CRLF at all is read as if each of\nits line ends were one")
      ->type_name("");
  command
      .add_option("--manifest", options.manifests,
                  "Judges the messages that these manifests\nname, and "
                  "compares")
      ->type_name("FILE");
  declare_envelope(command, options.defaults);
  declare_world(command, options);
  declare_signing(command, options);
  command.add_flag("--as-postfix", options.judging.as_postfix,
                   "First does what Postfix does to a message\nbefore a "
                   "milter sees it");
  command
      .add_option("--chunk", options.chunk_octets,
                  "Octets of body at a time (default: 65535)")
      ->type_name("N");
  command
      .add_option("--emit", options.emit_directory,
                  "Writes each accepted message there, as it\nwould be queued")
      ->type_name("DIRECTORY");
  command.add_flag("--json", options.json, "One JSON object a line");
  command.footer(kExamples);
}

std::string complete(CheckOptions& options,
                     std::vector<std::string>& warnings) {
  if (options.messages.empty() && options.manifests.empty()) {
    return "there is no message to judge; try --help";
  }
  if (!options.messages.empty() && !options.manifests.empty()) {
    return "wanted messages or manifests, not both";
  }
  if (std::count(options.messages.begin(), options.messages.end(), "-") > 1) {
    return "the standard input can be one message only";
  }
  if (options.defaults.now.value_or(0) < 0) {
    return "--now: wanted seconds since 1970";
  }
  if (options.chunk_octets <= 0) return "--chunk: wanted a number of octets";
  options.judging.chunk_octets = static_cast<std::size_t>(options.chunk_octets);
  for (auto& domain : options.defaults.mail_domains) {
    domain = mime::to_lower(domain);
  }
  for (const auto& assumption : options.assumptions) {
    if (!parse_assumption(assumption, options.defaults)) {
      return "--assume " + assumption + ": wanted a result like dkim=pass";
    }
  }
  if (!options.dns_file.empty()) {
    DnsTable table = read_dns_file(options.dns_file);
    if (!table.resolver) return table.error;
    options.defaults.dns = std::move(table.resolver);
  }
  if (!options.config_file.empty()) {
    ConfigFileResult config = read_config_file(options.config_file, options);
    warnings = std::move(config.warnings);
    if (!config.error.empty()) return config.error;
  }
  if (std::string error = load_rulebook(options, warnings); !error.empty()) {
    return error;
  }
  options.judging.configuration.dkim_engine = options.engine == "opendkim"
                                                  ? dkim::EngineKind::kOpendkim
                                                  : dkim::EngineKind::kNative;
  options.judging.keep_message = !options.emit_directory.empty();
  return load_keys(options);
}

}  // namespace ctl
