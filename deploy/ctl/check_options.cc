#include "deploy/ctl/check_options.h"

#include <CLI/CLI.hpp>
#include <array>
#include <map>
#include <utility>

#include "deploy/ctl/dns_file.h"
#include "dkim/signing_key.h"
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
void declare_list(CLI::App& command, const std::string& name,
                  std::vector<std::string>& values, const std::string& text) {
  command.add_option(name, values, text)
      ->allow_extra_args(false)
      ->type_name("");
}

void declare_envelope(CLI::App& command, Case& defaults) {
  const std::map<std::string, policy::Direction> directions = {
      {"inbound", policy::Direction::kInbound},
      {"outbound", policy::Direction::kOutbound},
      {"local", policy::Direction::kLocal},
      {"internal", policy::Direction::kInternal},
  };
  command
      .add_option_function<std::string>(
          "--direction",
          [&defaults](const std::string& word) {
            defaults.direction =
                parse_direction(word).value_or(policy::Direction::kInbound);
          },
          "inbound (default), outbound, local or internal")
      ->check(CLI::IsMember(directions))
      ->type_name("WORD");
  command
      .add_option_function<std::string>(
          "--mail-from",
          [&defaults](const std::string& address) {
            defaults.mail_from = without_brackets(address);
          },
          "The reverse-path, '<>' for none (default: the author)")
      ->type_name("ADDRESS");
  declare_list(command, "--rcpt", defaults.recipients,
               "ADDRESS  A recipient (default: someone in the mail domain)");
  command
      .add_option_function<std::string>(
          "--login",
          [&defaults](const std::string& login) { defaults.login = login; },
          "Who is logged in (default: outbound, the reverse-path)")
      ->type_name("ADDRESS");
  command
      .add_option("--client-address", defaults.client_address,
                  "The IP address that the message comes from")
      ->type_name("ADDRESS");
  declare_list(command, "--mail-domain", defaults.mail_domains,
               "DOMAIN  A domain whose accounts are here (default: those of "
               "the recipients; outbound, that of the reverse-path)");
}

void declare_world(CLI::App& command, CheckOptions& options) {
  Case& defaults = options.defaults;
  declare_list(command, "--cleartext-ok", defaults.cleartext_ok,
               "ADDRESS  A recipient that takes cleartext");
  declare_list(command, "--unknown", defaults.unknown,
               "ADDRESS  A recipient that does not exist");
  command
      .add_option("--dns", options.dns_file,
                  "JSON file from names to lists of TXT records (default: no "
                  "name exists)")
      ->type_name("FILE");
  command
      .add_option_function<std::int64_t>(
          "--now", [&defaults](std::int64_t now) { defaults.now = now; },
          "When the message came, seconds since 1970 (default: now)")
      ->type_name("SECONDS");
  declare_list(command, "--assume", options.assumptions,
               "dkim=RESULT  Takes a result for granted: pass, none, fail, "
               "policy, temperror, permerror");
}

void declare_signing(CLI::App& command, CheckOptions& options) {
  declare_list(command, "--dkim-key", options.dkim_key_files,
               "FILE  Private key to sign outgoing mail with (default: it is "
               "not signed)");
  declare_list(command, "--dkim-selector", options.dkim_selectors,
               "NAME  Selector of the key (default: opendkim)");
  command
      .add_option("--dkim-domain", options.dkim_domain,
                  "Domain of the keys (default: the first --mail-domain, or "
                  "that of --mail-from)")
      ->type_name("DOMAIN");
  const std::map<std::string, dkim::EngineKind> engines = {
      {"native", dkim::EngineKind::kNative},
      {"opendkim", dkim::EngineKind::kOpendkim},
  };
  command
      .add_option("--engine", options.judging.configuration.dkim_engine,
                  "Who computes DKIM: native (default) or opendkim")
      ->transform(CLI::Transformer(engines))
      ->check(CLI::IsMember(
          {dkim::EngineKind::kNative, dkim::EngineKind::kOpendkim}))
      ->type_name("WORD");
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

void declare_check_options(CLI::App& command, CheckOptions& options) {
  command
      .add_option("message", options.messages,
                  "Message files; - is the standard input.  A file that has "
                  "no CRLF at all is read as if it had")
      ->type_name("FILE");
  command
      .add_option("--manifest", options.manifests,
                  "Judges the messages of these manifests, and compares")
      ->type_name("FILE...")
      ->excludes(command.get_option("message"));
  declare_envelope(command, options.defaults);
  declare_world(command, options);
  declare_signing(command, options);
  command.add_flag("--as-postfix", options.judging.as_postfix,
                   "First does what Postfix does before a milter sees a "
                   "message");
  command
      .add_option("--chunk", options.judging.chunk_octets,
                  "Octets of body at a time (default: 65535)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command
      .add_option("--emit", options.emit_directory,
                  "Writes each accepted message there, as it would be queued")
      ->type_name("DIRECTORY");
  command.add_flag("--json", options.json, "One JSON object a line");
  command.footer(kExamples);
}

std::string complete(CheckOptions& options) {
  if (options.messages.empty() && options.manifests.empty()) {
    return "there is no message to judge; try --help";
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
  options.judging.keep_message = !options.emit_directory.empty();
  return load_keys(options);
}

}  // namespace ctl
