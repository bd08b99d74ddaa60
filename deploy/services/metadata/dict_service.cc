#include "deploy/services/metadata/dict_service.h"

#include <utility>

#include "deploy/services/metadata/device_tokens.h"
#include "deploy/services/metadata/keys.h"

namespace metadata {
namespace {

constexpr char kTooMuch[] = "too many writes wait for the disk";

// What can be told to be wrong before anything is done.
std::optional<std::string> wrong_with(const dict::Change& change) {
  const Key key = key_of(change.key);
  const bool is_set = change.kind == dict::Change::Kind::kSet;
  const bool is_add = change.kind == dict::Change::Kind::kAdd;
  if (key == Key::kDeviceToken && is_set && !is_token(change.value)) {
    return "no device token";
  }
  const bool is_known = key == Key::kDeviceToken || key == Key::kMessageNew;
  // To unset what cannot be there is done before it begins.
  if (is_add || (is_set && !is_known)) return "this key cannot be set";
  return std::nullopt;
}

}  // namespace

void DictService::set_values(ServerValues values) {
  AppVersions versions(values.app_versions_file);
  values_.store(
      std::make_shared<Values>(Values{std::move(values), std::move(versions)}));
}

void DictService::look_up_tokens(const std::string& address,
                                 dict::Reply reply) {
  std::string error;
  const auto tokens = files_.find(address, world_.now(), error);
  if (!tokens) return reply.failed(error);
  if (tokens->empty()) return reply.not_found();
  std::string all;
  for (const std::string& token : *tokens) {
    if (!all.empty()) all += ' ';
    all += token;
  }
  reply.found(all);
}

void DictService::look_up(dict::Lookup lookup, dict::Reply reply) {
  const std::shared_ptr<Values> values = values_.load();
  switch (key_of(lookup.key)) {
    case Key::kDeviceToken:
      return look_up_tokens(lookup.user, std::move(reply));
    case Key::kIrohRelay:
      if (values->said.iroh_relay.empty()) break;
      return reply.found(values->said.iroh_relay);
    case Key::kTurn:
      if (values->said.turn_secret.empty()) break;
      return reply.found(values->said.turn(world_.now()));
    case Key::kMaxSmtpRecipients:
      return reply.found(std::to_string(values->said.max_recipients));
    case Key::kAppVersions:
      if (const auto line = values->app_versions.line()) {
        return reply.found(*line);
      }
      break;
    case Key::kMessageNew:
    case Key::kUnknown:
      break;
  }
  reply.not_found();
}

void DictService::iterate(dict::Iteration, dict::Reply reply) {
  reply.rows({});
}

std::optional<std::string> DictService::write(
    const std::string& address, const dict::Change& change) const {
  if (key_of(change.key) != Key::kDeviceToken) return std::nullopt;
  if (change.kind == dict::Change::Kind::kUnset) {
    return files_.remove_all(address);
  }
  return files_.add(address, change.value, world_.now());
}

void DictService::commit(dict::Transaction transaction, dict::Reply reply) {
  for (const dict::Change& change : transaction.changes) {
    if (const auto wrong = wrong_with(change)) return reply.failed(*wrong);
  }
  // A std::function wants to be copied.
  const auto shared = std::make_shared<dict::Reply>(std::move(reply));
  const bool is_taken =
      world_.later([this, shared, asked = std::move(transaction)] {
        bool has_mail = false;
        for (const dict::Change& change : asked.changes) {
          if (const auto wrong = write(asked.user, change)) {
            return shared->failed(*wrong);
          }
          has_mail = has_mail || (key_of(change.key) == Key::kMessageNew &&
                                  change.kind == dict::Change::Kind::kSet);
        }
        if (!has_mail) return shared->done();
        world_.wake(asked.user, [shared](std::optional<std::string> wrong) {
          if (wrong) {
            shared->failed(*wrong);
          } else {
            shared->done();
          }
        });
      });
  if (!is_taken) shared->failed(kTooMuch);
}

}  // namespace metadata
