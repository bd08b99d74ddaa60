#pragma once

// The answers to who asks for a new address:
//
//   POST /new                  {"email": ..., "password": ...}
//   POST /cgi-bin/newemail.py  the same; printed codes have it
//   GET  either                to dcaccount:https://DOMAIN/new, which a client
//                              opens and posts to; at a self-signed relay,
//                              whose page a client would not take, as a POST
//
// Where a relay has several domains, the address is of the one that the request
// was sent to (domain_of_host), so each has a page and a code of its own.
//
// A token in the query or in a form becomes the begin of the password, where
// doveauth looks for it at the first login, and only that login uses it up.
// Here it is asked whether it is good, so that who has none hears why.  Who
// asks with a good one is not counted; who guesses is, before he is told.
//
// Refusals to POST are JSON as well, {"reason": ...}, which clients show.

#include <spdlog/logger.h>

#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <string>

#include "deploy/services/doveauth/limit_store.h"
#include "deploy/services/http/request.h"
#include "deploy/services/http/response.h"
#include "deploy/services/newemail/counters.h"
#include "deploy/services/newemail/credentials.h"
#include "deploy/services/newemail/setup.h"

namespace newemail {

// Of the world; outlives the service.
struct World {
  doveauth::LimitStore& limits;
  Counters& counters;
  spdlog::logger& log;
  Randomness randomness;
  std::function<double()> now;  // seconds since 1970
};

class AddressService {
 public:
  explicit AddressService(World world) : world_(std::move(world)) {}

  http::Response answer(const http::Request& request, const Setup& setup);

 private:
  enum class Invitation : std::uint8_t { kNone, kGood, kBad, kUnknowable };
  struct Answer {
    http::Response response;
    const char* outcome;
  };

  Answer decide(const http::Request& request, const Setup& setup);
  Answer give(const std::string& token, const Domain& domain,
              const Setup& setup);
  Invitation look_up(const std::string& token, const Setup& setup);

  World world_;
};

}  // namespace newemail
