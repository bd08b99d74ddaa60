#pragma once

// The DKIM keys of chatmail.ini, as a relay signs by them.

#include <memory>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/zone/records.h"
#include "dkim/signing_key.h"

namespace zone {

using SigningKeys = std::vector<std::shared_ptr<const dkim::SigningKey>>;

// One for each file and domain; what is wrong with a file goes into `errors`.
SigningKeys signing_keys(const daemons::Settings& settings,
                         std::vector<std::string>& errors);

// The record of each.
std::vector<PublishedKey> published(const SigningKeys& keys);

}  // namespace zone
