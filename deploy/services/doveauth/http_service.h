#pragma once

// doveauth for Dovecot 2.4, where passdb and userdb by dict are gone: the same
// questions, asked by templates/dovecot/auth.lua over HTTP on the loopback.
//
//   POST /create   USER TAB PASSWORD [TAB REMOTE]   may make the account
//   POST /user     USER                             makes nothing
//   POST /users                                     all addresses, one a line
//
// 200 has lines NAME TAB VALUE (password, home, uid, gid); 404 is nobody's, 503
// a failure.  Every user of the host can connect to the loopback, and answers
// have hashes in them, so each request carries a secret that only Dovecot and
// doveauth can read: Authorization: Bearer SECRET.

#include <string>

#include "deploy/services/doveauth/accounts.h"
#include "deploy/services/http/server.h"

namespace doveauth {

class HttpService {
 public:
  // All outlive it, and the http::Server goes before them.
  HttpService(Accounts& accounts, const World& world, std::string secret)
      : accounts_(accounts), world_(world), secret_(std::move(secret)) {}

  void handle(const http::Request& request,
              const http::Callbacks::Answer& answer);

 private:
  bool is_allowed(const http::Request& request) const;
  void log_in(const std::string& body, const http::Callbacks::Answer& answer);
  void list(const http::Callbacks::Answer& answer);
  http::Response response_of(const std::string& address,
                             const LookupResult& result) const;

  Accounts& accounts_;
  World world_;
  std::string secret_;
};

// The secret in a file that no other user can read; nullopt and the reason in
// `error`.
std::optional<std::string> read_secret(const std::string& path,
                                       std::string& error);

}  // namespace doveauth
