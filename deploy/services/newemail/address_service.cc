#include "deploy/services/newemail/address_service.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>

#include "deploy/services/doveauth/invitations.h"
#include "deploy/services/newemail/client.h"
#include "deploy/services/newemail/limits.h"

namespace newemail {
namespace {

using nlohmann::ordered_json;
using Registration = Setup::Registration;

std::string to_text(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

http::Response refusal(const http::Request& request, int status,
                       const std::string& reason) {
  http::Response response{status, reason + "\n"};
  if (request.method == "POST") {
    response.body = to_text({{"reason", reason}});
    response.media_type = "application/json";
  }
  return response;
}

// Its absence is certain; one that nobody may look at is taken for there.
bool is_there(const std::string& path) {
  return !path.empty() && (access(path.c_str(), F_OK) == 0 || errno != ENOENT);
}

// The token in the query, or in a form; "" without one.
std::string token_in(const http::Request& request) {
  std::string token = http::form_value(request.query, "token");
  const std::string_view type = request.field("content-type");
  if (token.empty() &&
      type.substr(0, type.find(';')) == "application/x-www-form-urlencoded") {
    token = http::form_value(request.body, "token");
  }
  return token;
}

bool is_token(const std::string& token) {
  return doveauth::token_of(token + '-') == token && !token.empty();
}

std::string waiting(std::uint64_t seconds) {
  constexpr std::uint64_t minute = 60;
  return seconds < minute
             ? std::to_string(seconds) + " s"
             : std::to_string((seconds + minute - 1) / minute) + " min";
}

}  // namespace

AddressService::Invitation AddressService::look_up(const std::string& token,
                                                   const Setup& setup) {
  if (token.empty()) return Invitation::kNone;
  if (!is_token(token)) return Invitation::kBad;
  std::string error;
  const auto invites = doveauth::Invitations(setup.invites_file).all(error);
  if (!invites) {
    world_.log.error("invites_file: {}", error);
    return Invitation::kUnknowable;
  }
  const auto found = invites->find(token);
  return found != invites->end() &&
                 found->second.is_valid(static_cast<std::time_t>(world_.now()))
             ? Invitation::kGood
             : Invitation::kBad;
}

AddressService::Answer AddressService::give(const std::string& token,
                                            const Domain& domain,
                                            const Setup& setup) {
  const std::string local_part = random_text(
      kLocalPartAlphabet, setup.local_part_length, world_.randomness);
  const std::string own_password =
      random_text(kPasswordAlphabet, setup.password_length, world_.randomness);
  if (local_part.empty() || own_password.empty()) {
    world_.log.error("getrandom: the system has no randomness");
    return {http::refusal(503), "failed"};
  }
  const std::string email = local_part + '@' + domain.addresses;
  const std::string password =
      token.empty() ? own_password : token + '-' + own_password;
  ordered_json answer = {{"email", email}, {"password", password}};
  if (domain.is_self_signed) {
    answer["dclogin_url"] = dclogin_url(email, password, domain.login_host);
  }
  return {{200, to_text(answer), "application/json"},
          token.empty() ? "given" : "invited"};
}

AddressService::Answer AddressService::decide(const http::Request& request,
                                              const Setup& setup) {
  if (request.path != "/new" && request.path != "/cgi-bin/newemail.py") {
    return {http::refusal(404), "bad"};
  }
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  if (!is_get && request.method != "POST") {
    http::Response response = http::refusal(405);
    response.fields = {{"Allow", "GET, HEAD, POST"}};
    return {std::move(response), "bad"};
  }
  if (setup.registration == Registration::kClosed ||
      is_there(setup.nocreate_file)) {
    return {refusal(request, 403, "This relay gives no new addresses for now."),
            "closed"};
  }
  const std::string token = token_in(request);
  const Domain& domain = domain_of_host(setup, request.field("host"));
  if (is_get && !domain.is_self_signed) {
    http::Response response = http::refusal(301);
    response.fields = {
        {"Location", "dcaccount:https://" + domain.host + "/new" +
                         (is_token(token) ? "?token=" + token : "")}};
    return {std::move(response), "redirected"};
  }
  const std::string network = client_network(request, setup.trusted_proxies);
  const doveauth::Rate rate{setup.most_per_network, kSecondsOfHour,
                            setup.most_per_network};
  const std::uint64_t wait =
      network.empty()
          ? 0
          : world_.limits.spend(network, rate, world_.now()).value_or(1);
  if (wait != 0) {
    http::Response response = refusal(
        request, 429,
        "Too many new addresses for your network, wait " + waiting(wait) + ".");
    response.fields = {{"Retry-After", std::to_string(wait)}};
    return {std::move(response), "too-many"};
  }
  const Invitation invitation = look_up(token, setup);
  if (invitation == Invitation::kGood) {
    if (!network.empty()) world_.limits.give_back(network, rate);
    return give(token, domain, setup);
  }
  if (invitation == Invitation::kUnknowable) {
    return {refusal(request, 503, "Try again later."), "failed"};
  }
  if (setup.registration == Registration::kOpen) return give("", domain, setup);
  return {refusal(request, 403,
                  invitation == Invitation::kNone
                      ? "This relay gives new addresses to the invited only; "
                        "ask for a link with a token."
                      : "This invitation is not good, or not any more."),
          "no-invite"};
}

http::Response AddressService::answer(const http::Request& request,
                                      const Setup& setup) {
  Answer answer = decide(request, setup);
  world_.counters.answered(answer.outcome);
  world_.log.debug("{} {}", answer.response.status, answer.outcome);
  // A password is for one, and "closed" for now.
  answer.response.fields.emplace_back("Cache-Control", "no-store");
  return std::move(answer.response);
}

}  // namespace newemail
