#pragma once

// doveauth as Dovecot's dict sees it.
//
//   L shared/passdb/...                  a login; may make the account
//   L shared/userdb/ADDRESS              where the mailbox is; makes nothing
//   I shared/userdb/                     all addresses
//   L shared/chatmail/account/ADDRESS    its state, flags and age, as JSON

#include <string>

#include "deploy/services/dict/service.h"
#include "deploy/services/doveauth/accounts.h"

namespace doveauth {

// {"addr", "home", "uid", "gid", "password"}, as relays' Dovecot reads it.
std::string user_json(std::string_view address, std::string_view hash,
                      const Setup& setup);

// {"state": "enforcing", "flags": [...], "age": seconds, "last_login": unix};
// kNotFound when there is no such account.  The address need not be canonical.
LookupResult account_json(std::string_view address,
                          const mailbox::Mailboxes& mailboxes, double now);

class DictService final : public dict::Service {
 public:
  DictService(Accounts& accounts, const World& world)
      : accounts_(accounts), world_(world) {}

  void look_up(dict::Lookup lookup, dict::Reply reply) override;
  void iterate(dict::Iteration iteration, dict::Reply reply) override;
  void commit(dict::Transaction transaction, dict::Reply reply) override;

 private:
  void log_in(std::string_view key, dict::Reply reply);
  void give_login(std::string_view address, const LookupResult& result,
                  dict::Reply& reply);
  void give(std::string_view address, const LookupResult& result,
            dict::Reply& reply);

  Accounts& accounts_;
  World world_;
};

}  // namespace doveauth
