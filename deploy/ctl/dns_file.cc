#include "deploy/ctl/dns_file.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/json_text.h"

namespace ctl {
namespace {

std::optional<dkim::TableFailure> parse_failure(const nlohmann::json& value) {
  constexpr std::array<std::pair<std::string_view, dkim::TableFailure>, 4>
      kWords = {{
          {"timeout", dkim::TableFailure::kTimeout},
          {"servfail", dkim::TableFailure::kServfail},
          {"bogus", dkim::TableFailure::kBogus},
          {"nxdomain", dkim::TableFailure::kNxdomain},
      }};
  const auto fail = value.find("fail");
  if (value.size() != 1 || fail == value.end() || !fail->is_string()) {
    return std::nullopt;
  }
  for (const auto& [word, failure] : kWords) {
    if (fail->get_ref<const std::string&>() == word) return failure;
  }
  return std::nullopt;
}

// A TXT record: a string, or a list of the character-strings of one.
std::optional<std::string> parse_record(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return std::nullopt;
  std::string record;
  for (const auto& part : value) {
    if (!part.is_string()) return std::nullopt;
    record += part.get_ref<const std::string&>();
  }
  return record;
}

std::optional<std::vector<std::string>> parse_records(
    const nlohmann::json& value) {
  std::vector<std::string> records;
  if (!value.is_array()) return std::nullopt;
  for (const auto& element : value) {
    auto record = parse_record(element);
    if (!record) return std::nullopt;
    records.push_back(*std::move(record));
  }
  return records;
}

// Returns the error, or "".
std::string add_name(const std::string& name, const nlohmann::json& value,
                     dkim::TableResolver& resolver) {
  std::string_view owner = name;
  if (owner.ends_with('.')) owner.remove_suffix(1);
  if (value.is_object()) {
    const auto failure = parse_failure(value);
    if (!failure) {
      return name +
             ": the only failure there is reads {\"fail\": \"timeout\"}, or "
             "servfail, nxdomain, bogus";
    }
    resolver.fail(owner, *failure);
    return {};
  }
  const auto records = parse_records(value);
  if (!records) return name + ": wanted a list of TXT strings";
  resolver.add(owner, *records);
  return {};
}

}  // namespace

DnsTable to_dns_table(const nlohmann::json& object) {
  if (!object.is_object()) {
    return {nullptr, "wanted an object from names to lists of TXT strings"};
  }
  auto resolver = std::make_shared<dkim::TableResolver>();
  for (const auto& [name, value] : object.items()) {
    std::string error = add_name(name, value, *resolver);
    if (!error.empty()) return {nullptr, std::move(error)};
  }
  return {std::move(resolver), {}};
}

DnsTable read_dns_file(const std::string& path) {
  const FileOctets file = read_file(path);
  if (!file.error.empty()) return {nullptr, file.error};
  const JsonResult json = parse_json(file.octets);
  if (!json.error.empty()) {
    return {nullptr, path + ":" + std::to_string(json.line) + ":" +
                         std::to_string(json.column) + ": " + json.error};
  }
  DnsTable table = to_dns_table(json.value);
  if (!table.error.empty()) table.error = path + ": " + table.error;
  return table;
}

}  // namespace ctl
