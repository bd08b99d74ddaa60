#include "deploy/zone/keys.h"

#include "milter/judging_settings.h"

namespace zone {
namespace {

struct KeyFile {
  std::string path;
  std::string selector;
  std::vector<std::string> domains;
};

std::vector<KeyFile> key_files(const daemons::Settings& settings) {
  const auto domains = settings.address_domains();
  std::vector<KeyFile> files = {
      {settings.text("dkim_key"), settings.text("dkim_selector"), domains}};
  if (!settings.text("dkim_key_ed25519").empty()) {
    files.push_back({settings.text("dkim_key_ed25519"),
                     settings.text("dkim_selector_ed25519"), domains});
  }
  for (const std::string& word : settings.words("dkim_more_keys")) {
    const auto named = milter::parse_named_key(word);
    if (named) files.push_back({named->path, named->selector, {named->domain}});
  }
  return files;
}

}  // namespace

SigningKeys signing_keys(const daemons::Settings& settings,
                         std::vector<std::string>& errors) {
  SigningKeys keys;
  for (const KeyFile& file : key_files(settings)) {
    for (const std::string& domain : file.domains) {
      auto loaded = dkim::load_signing_key(file.path, domain, file.selector);
      if (loaded.key == nullptr) {
        errors.push_back(loaded.error);
        break;
      }
      keys.push_back(std::move(loaded.key));
    }
  }
  return keys;
}

std::vector<PublishedKey> published(const SigningKeys& keys) {
  std::vector<PublishedKey> records;
  for (const auto& key : keys) {
    records.push_back({key->record_name(), key->strict_record()});
  }
  return records;
}

}  // namespace zone
