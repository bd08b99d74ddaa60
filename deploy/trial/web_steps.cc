#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "deploy/trial/steps.h"
#include "deploy/trial/web_client.h"

namespace trial {
namespace {

WebAnswer ask(const Trial& trial, const std::string& domain,
              const std::string& method, const std::string& path) {
  Endpoint endpoint = trial.endpoint(443);
  endpoint.name = domain;
  // Nobody certifies such a name, whatever the others are.
  if (domain.starts_with('_')) endpoint.checks_certificate = false;
  return ask_web(endpoint, method, path, trial.opener());
}

Seen page(const Trial& trial, const std::string& path, std::string_view part) {
  const WebAnswer answer = ask(trial, trial.target().name, "GET", path);
  if (!answer.error.empty()) return bad(answer.error);
  if (answer.status != 200) {
    return bad(fmt::format("GET {} answers {}", path, answer.status));
  }
  if (answer.body.find(part) == std::string::npos) {
    return bad(fmt::format("{} has no {}", path, part));
  }
  return good(fmt::format("{} octets", answer.body.size()));
}

Seen new_address(const Trial& trial, const std::string& domain,
                 const std::string& address_domain) {
  const WebAnswer answer = ask(trial, domain, "POST", "/new");
  if (!answer.error.empty()) return bad(answer.error);
  const auto made = nlohmann::json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !made.is_object() || !made.contains("email") ||
      !made["email"].is_string() || !made.contains("password")) {
    return bad(fmt::format("it answers {} and no address", answer.status));
  }
  const auto address = made["email"].get<std::string>();
  return address.ends_with("@" + address_domain)
             ? good(address)
             : bad("it gives " + address + ", which is of another domain");
}

}  // namespace

void try_web(Trial& trial) {
  const std::string advice =
      "run `chatmail webpage` and look at `nginx -t` and `journalctl -u nginx`";
  trial.step("the web page is there", advice, true,
             [&trial] { return page(trial, "/", "<html"); });
  trial.step(
      "autoconfig tells mail programs the ports", advice, true, [&trial] {
        return page(trial, "/.well-known/autoconfig/mail/config-v1.1.xml",
                    "<port>993</port>");
      });
  const Target& target = trial.target();
  if (!target.has_web_registration) return;
  const std::string of_new =
      "look at `journalctl -u chatmail-newemail -u nginx`";
  trial.step("POST /new gives an address", of_new, true, [&] {
    return new_address(trial, target.name, target.address_domain);
  });
  for (const std::string& domain : target.more_domains) {
    trial.step("POST /new gives an address of " + domain, of_new, true,
               [&] { return new_address(trial, domain, domain); });
  }
}

}  // namespace trial
