#include "deploy/services/doveauth/dict_service.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "mailbox/account_lookup.h"
#include "mailbox/address.h"
#include "mailbox/layout.h"

namespace doveauth {
namespace {

using Kind = LookupResult::Kind;
using mailbox::Presence;
using State = mailbox::AccountLookup::State;

constexpr std::string_view kPassdb = "shared/passdb/";
constexpr std::string_view kUserdb = "shared/userdb/";
constexpr std::string_view kAccount = "shared/chatmail/account/";

// What a login gets that fails for now.  To Dovecot that is no user but an
// internal error, as a lookup that fails is; of which, however, it logs the
// key, and the password is in that.
constexpr std::string_view kNoUserNow = "not now";

std::string_view word_of(State state) {
  if (state == State::kDisabled) return "disabled";
  return state == State::kEnforcing ? "enforcing" : "takes-cleartext";
}

}  // namespace

std::string user_json(std::string_view address, std::string_view hash,
                      const Setup& setup) {
  // A hash may be an operator's own text; what is not UTF-8 is replaced.
  return nlohmann::json{
      {"addr", address},
      {"home", setup.mailboxes_dir + '/' + std::string(address)},
      {"uid", setup.mailbox_user},
      {"gid", setup.mailbox_user},
      {"password", hash}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

LookupResult account_json(std::string_view address,
                          const mailbox::Mailboxes& mailboxes, double now) {
  const auto opened = mailboxes.find(mailbox::canonical_address(address));
  if (opened.presence == Presence::kAbsent) return {Kind::kNotFound, {}};
  if (opened.presence == Presence::kUnknowable) {
    return {Kind::kFailed, opened.error};
  }
  const auto found = mailbox::look_up_account(opened.mailbox);
  if (found.state == State::kUnknown) return {Kind::kNotFound, {}};
  const mailbox::LastLogin login = opened.mailbox.last_login();
  if (found.state == State::kTemporaryError) {
    return {Kind::kFailed, "the account cannot be read"};
  }
  auto flags = nlohmann::json::array();
  if (found.created) flags.push_back(mailbox::kEnforcingFlag);
  if (found.state == State::kDisabled) flags.push_back(mailbox::kDisabledFlag);
  nlohmann::json object = {{"state", word_of(found.state)},
                           {"flags", std::move(flags)},
                           {"last_login", login.day}};
  if (found.created) {
    object["age"] = std::max<std::int64_t>(
        0, static_cast<std::int64_t>(now) - *found.created);
  }
  return {Kind::kFound, object.dump()};
}

void DictService::look_up(dict::Lookup lookup, dict::Reply reply) {
  const std::string_view key = lookup.key;
  if (key.starts_with(kPassdb)) {
    log_in(key.substr(kPassdb.size()), std::move(reply));
  } else if (key.starts_with(kUserdb)) {
    const std::string_view address = key.substr(kUserdb.size());
    give(address, accounts_.find_user(address), reply);
  } else if (key.starts_with(kAccount)) {
    const LookupResult result = account_json(key.substr(kAccount.size()),
                                             world_.mailboxes, world_.now());
    if (result.kind == Kind::kFound) {
      reply.found(result.text);
    } else {
      give({}, result, reply);
    }
  } else {
    reply.not_found();
  }
}

void DictService::log_in(std::string_view key, dict::Reply reply) {
  auto login = parse_passdb_key(key);
  if (!login) {
    reply.not_found();
    return;
  }
  if (const auto result = accounts_.find(*login)) {
    give_login(login->user, *result, reply);
    return;
  }
  auto owed = std::make_shared<dict::Reply>(std::move(reply));
  const std::string address = login->user;
  accounts_.work(std::move(*login),
                 [this, owed, address](const LookupResult& result) {
                   give_login(address, result, *owed);
                 });
}

void DictService::give_login(std::string_view address,
                             const LookupResult& result, dict::Reply& reply) {
  if (result.kind == Kind::kFailed) {
    reply.found(kNoUserNow);
  } else {
    give(address, result, reply);
  }
}

void DictService::give(std::string_view address, const LookupResult& result,
                       dict::Reply& reply) {
  switch (result.kind) {
    case Kind::kFound:
      reply.found(user_json(address, result.text, *world_.setup.get()));
      break;
    case Kind::kNotFound:
      reply.not_found();
      break;
    case Kind::kFailed:
      reply.failed(result.text);
  }
}

void DictService::iterate(dict::Iteration iteration, dict::Reply reply) {
  if (std::find(iteration.paths.begin(), iteration.paths.end(), kUserdb) ==
      iteration.paths.end()) {
    reply.rows({});
    return;
  }
  auto owed = std::make_shared<dict::Reply>(std::move(reply));
  const bool added = accounts_.run([this, owed, most = iteration.most_rows] {
    std::vector<dict::Row> rows;
    std::string error;
    const bool read = world_.mailboxes.for_each_address(
        [&](const std::string& address) {
          if (most != 0 && rows.size() >= most) return;
          rows.push_back({std::string(kUserdb) + address, ""});
        },
        error);
    if (read) {
      owed->rows(rows);
    } else {
      world_.log.error("the accounts cannot be listed: {}", error);
      owed->failed("the accounts cannot be listed");
    }
  });
  if (!added) owed->failed("too much to do");
}

// Nothing here can be set.
void DictService::commit(dict::Transaction, dict::Reply reply) {
  reply.failed("nothing can be set here");
}

}  // namespace doveauth
