#include "deploy/services/metadata/token_files.h"

#include "deploy/services/metadata/device_tokens.h"
#include "mailbox/address.h"

namespace metadata {

using mailbox::Presence;

std::optional<std::vector<std::string>> TokenFiles::find(
    const std::string& address, std::time_t now, std::string& error) const {
  const auto opened = mailboxes_.find(mailbox::canonical_address(address));
  if (opened.presence == Presence::kAbsent) return std::vector<std::string>();
  if (opened.presence == Presence::kUnknowable) {
    error = opened.error;
    return std::nullopt;
  }
  const mailbox::ReadResult file = opened.mailbox.metadata();
  if (file.presence == Presence::kUnknowable) {
    error = file.error;
    return std::nullopt;
  }
  return tokens_of(file.text, now);
}

std::optional<std::string> TokenFiles::add(const std::string& address,
                                           const std::string& token,
                                           std::time_t now) const {
  if (!is_token(token)) return "no device token";
  const auto opened = mailboxes_.find(mailbox::canonical_address(address));
  if (opened.presence == Presence::kAbsent) return "no such account";
  if (opened.presence == Presence::kUnknowable) return opened.error;
  return opened.mailbox.change_metadata(
      [&](std::string_view file) { return with_token(file, token, now); });
}

std::optional<std::string> TokenFiles::remove(const std::string& address,
                                              const std::string& token,
                                              std::time_t now) const {
  const auto opened = mailboxes_.find(mailbox::canonical_address(address));
  if (opened.presence == Presence::kAbsent) return std::nullopt;
  if (opened.presence == Presence::kUnknowable) return opened.error;
  return opened.mailbox.change_metadata(
      [&](std::string_view file) { return without_token(file, token, now); });
}

std::optional<std::string> TokenFiles::remove_all(
    const std::string& address) const {
  const auto opened = mailboxes_.find(mailbox::canonical_address(address));
  if (opened.presence == Presence::kAbsent) return std::nullopt;
  if (opened.presence == Presence::kUnknowable) return opened.error;
  return opened.mailbox.change_metadata(
      [](std::string_view file) { return without_tokens(file); });
}

}  // namespace metadata
