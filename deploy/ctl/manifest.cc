#include "deploy/ctl/manifest.h"

#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "deploy/ctl/dns_file.h"
#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/json_text.h"

namespace ctl {
namespace {

using nlohmann::json;

// What the lines of one manifest share.
struct Context {
  std::filesystem::path folder;
  // A thousand lines may name one DNS file.
  std::map<std::string, DnsTable> dns_files;
};

// Each reads one field's value into the case; returns what was wanted instead,
// or "".
using Reader = std::string (*)(const json& value, Context&, Case&);

bool read_strings(const json& value, std::vector<std::string>& strings) {
  strings.clear();
  if (!value.is_array()) return false;
  for (const auto& element : value) {
    if (!element.is_string()) return false;
    strings.push_back(without_brackets(element.get_ref<const std::string&>()));
  }
  return true;
}

std::string read_file_name(const json& value, Context& context, Case& subject) {
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    return "wanted a path";
  }
  subject.name = value.get<std::string>();
  subject.path = (context.folder / subject.name).string();
  return {};
}

std::string read_expect(const json& value, Context&, Case& subject) {
  constexpr std::array<std::pair<std::string_view, Expectation>, 4> kWords = {{
      {"accept", Expectation::kAccept},
      {"reject", Expectation::kReject},
      {"tempfail", Expectation::kTempfail},
      {"either", Expectation::kEither},
  }};
  for (const auto& [word, expectation] : kWords) {
    if (value == json(word)) {
      subject.expectation = expectation;
      return {};
    }
  }
  return "wanted accept, reject, tempfail or either";
}

std::string read_direction(const json& value, Context&, Case& subject) {
  const auto direction =
      value.is_string() ? parse_direction(value.get_ref<const std::string&>())
                        : std::nullopt;
  if (!direction) return "wanted inbound, outbound, local or internal";
  subject.direction = *direction;
  return {};
}

std::string read_reply(const json& value, Context&, Case& subject) {
  if (!value.is_string()) return "wanted the beginning of a reply";
  subject.reply = value.get<std::string>();
  return {};
}

std::string read_why(const json& value, Context&, Case& subject) {
  if (!value.is_string()) return "wanted a string";
  subject.why = value.get<std::string>();
  return {};
}

std::string read_mail_from(const json& value, Context&, Case& subject) {
  if (!value.is_string()) return "wanted an address, or \"\" for <>";
  subject.mail_from = without_brackets(value.get_ref<const std::string&>());
  return {};
}

std::string read_recipients(const json& value, Context&, Case& subject) {
  const bool valid = read_strings(
      value.is_string() ? json::array({value}) : value, subject.recipients);
  return valid ? "" : "wanted a list of addresses";
}

std::string read_login(const json& value, Context&, Case& subject) {
  if (!value.is_string()) return "wanted an address, or \"\" for no login";
  subject.login = value.get<std::string>();
  return {};
}

std::string read_client_address(const json& value, Context&, Case& subject) {
  if (!value.is_string()) return "wanted an IPv4 or IPv6 address";
  subject.client_address = value.get<std::string>();
  return {};
}

std::string read_cleartext_ok(const json& value, Context&, Case& subject) {
  subject.all_cleartext_ok = false;
  subject.cleartext_ok.clear();
  if (value.is_boolean()) {
    subject.all_cleartext_ok = value.get<bool>();
    return {};
  }
  const bool valid = read_strings(value, subject.cleartext_ok);
  return valid ? "" : "wanted a boolean or a list of addresses";
}

std::string read_unknown(const json& value, Context&, Case& subject) {
  const bool valid = read_strings(value, subject.unknown);
  return valid ? "" : "wanted a list of addresses";
}

std::string read_dns(const json& value, Context& context, Case& subject) {
  DnsTable table;
  if (value.is_string()) {
    const std::string path =
        (context.folder / value.get_ref<const std::string&>()).string();
    auto known = context.dns_files.find(path);
    if (known == context.dns_files.end()) {
      known = context.dns_files.emplace(path, read_dns_file(path)).first;
    }
    table = known->second;
  } else {
    table = to_dns_table(value);
  }
  subject.dns = table.resolver;
  return table.error;
}

std::string read_now(const json& value, Context&, Case& subject) {
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0) {
    return "wanted seconds since 1970";
  }
  subject.now = value.get<std::int64_t>();
  return {};
}

std::string read_assume(const json& value, Context&, Case& subject) {
  std::vector<std::string> assumptions;
  bool valid = read_strings(value.is_string() ? json::array({value}) : value,
                            assumptions);
  for (const auto& assumption : assumptions) {
    valid = valid && parse_assumption(assumption, subject);
  }
  return valid ? "" : "wanted a list of assumptions like \"dkim=pass\"";
}

constexpr std::array<std::pair<std::string_view, Reader>, 14> kFields = {{
    {"file", read_file_name},
    {"expect", read_expect},
    {"direction", read_direction},
    {"reply", read_reply},
    {"why", read_why},
    {"mail_from", read_mail_from},
    {"rcpt_to", read_recipients},
    {"login", read_login},
    {"client_address", read_client_address},
    {"cleartext_ok", read_cleartext_ok},
    {"unknown", read_unknown},
    {"dns", read_dns},
    {"now", read_now},
    {"assume", read_assume},
}};

// Returns what is wrong with the line, or "".
std::string read_line(std::string_view line, Context& context, Case& subject) {
  const JsonResult parsed = parse_json(line);
  if (!parsed.error.empty()) {
    return "column " + std::to_string(parsed.column) + ": " + parsed.error;
  }
  if (!parsed.value.is_object()) return "wanted a JSON object";
  for (const auto& [name, read] : kFields) {
    const auto field = parsed.value.find(name);
    if (field == parsed.value.end() || field->is_null()) continue;
    const std::string error = read(*field, context, subject);
    if (!error.empty()) return std::string(name) + ": " + error;
  }
  if (subject.path.empty()) return "file is missing";
  if (subject.expectation == Expectation::kNothing) return "expect is missing";
  return {};
}

bool begins_an_object(std::string_view line) {
  return line[line.find_first_not_of(" \t\r")] == '{';
}

}  // namespace

Manifest read_manifest(const std::string& path, const Case& defaults) {
  Manifest manifest;
  const FileOctets file = read_file(path);
  if (!file.error.empty()) {
    manifest.errors.push_back(file.error);
    return manifest;
  }
  Context context{.folder = std::filesystem::path(path).parent_path(),
                  .dns_files = {}};
  std::string_view rest = file.octets;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (manifest.cases.empty() && manifest.errors.empty() &&
        !begins_an_object(line)) {
      // A message behind --manifest: told once, not line by line.
      manifest.errors.push_back(path + " is no manifest: line " +
                                std::to_string(number) + " is no JSON object");
      return manifest;
    }
    Case subject = defaults;
    subject.position = path + ":" + std::to_string(number);
    const std::string error = read_line(line, context, subject);
    if (error.empty()) {
      manifest.cases.push_back(std::move(subject));
    } else {
      manifest.errors.push_back(subject.position + ": " + error);
    }
  }
  if (manifest.cases.empty() && manifest.errors.empty()) {
    manifest.errors.push_back(path + ": there is no case in it");
  }
  return manifest;
}

}  // namespace ctl
