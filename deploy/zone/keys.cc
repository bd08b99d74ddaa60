#include "deploy/zone/keys.h"

#include <utility>

#include "milter/judging_settings.h"

namespace zone {

SigningKeys signing_keys(const daemons::Settings& settings,
                         std::vector<std::string>& errors) {
  milter::LoadedKeys loaded = milter::load_signing_keys(
      settings, settings.address_domains(), milter::AbsentKey::kIsAnError);
  errors.insert(errors.end(), loaded.errors.begin(), loaded.errors.end());
  return std::move(loaded.keys);
}

std::vector<PublishedKey> published(const SigningKeys& keys) {
  std::vector<PublishedKey> records;
  for (const auto& key : keys) {
    records.push_back({key->record_name(), key->strict_record()});
  }
  return records;
}

}  // namespace zone
