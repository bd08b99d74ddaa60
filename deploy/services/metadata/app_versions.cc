#include "deploy/services/metadata/app_versions.h"

#include <fcntl.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "mailbox/small_file.h"

namespace metadata {

std::optional<std::string> AppVersions::line() {
  if (path_.empty()) return std::nullopt;
  mailbox::ReadResult file =
      mailbox::read_file(AT_FDCWD, path_.c_str(), kMaxAppVersions);
  if (file.presence != mailbox::Presence::kThere) return std::nullopt;
  if (file.text == text_) return line_;
  text_ = std::move(file.text);
  line_ = std::nullopt;
  const auto root = nlohmann::ordered_json::parse(text_, nullptr, false);
  if (root.is_object()) line_ = root.dump();
  return line_;
}

}  // namespace metadata
