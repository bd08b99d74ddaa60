#include "deploy/trial/relay_trial.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "deploy/trial/encrypted_message.h"
#include "deploy/trial/imap_client.h"
#include "deploy/trial/smtp_client.h"
#include "deploy/trial/web_client.h"

namespace trial {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kAccountPrefix = "ci-";

struct Account {
  std::string address;
  std::string password;
};

// What a step saw: good, or not.
struct Seen {
  bool is_good = false;
  std::string said;
};

Seen bad(std::string said) { return {false, std::move(said)}; }
Seen good(std::string said) { return {true, std::move(said)}; }

std::string header_section(const std::string& message) {
  return message.substr(0, message.find("\r\n\r\n"));
}

// Between the lines of the armor, which must come through as they are.
std::string armor_of(const std::string& message) {
  const std::size_t begin = message.find("-----BEGIN PGP MESSAGE-----");
  const std::size_t end = message.find("-----END PGP MESSAGE-----");
  if (begin == std::string::npos || end == std::string::npos) return "";
  return message.substr(begin, end - begin);
}

class Trial {
 public:
  Trial(const Target& target, const std::function<void(const Finding&)>& tell)
      : target_(target), tell_(tell) {}

  Outcome run();

 private:
  void step(const std::string& name, const std::string& advice, bool can_try,
            const std::function<Seen()>& what);
  void accounts();
  void metadata();
  void messages();
  void refusals();
  void port_443();
  void web();

  Seen make_account(Account& account, std::uint16_t port, bool tls);
  Seen offers();
  Seen deliver(std::uint16_t port, bool tls);
  Seen received(const std::string& sent, unsigned number);
  Seen refuse(const std::string& from, const std::string& message,
              std::initializer_list<int> codes);
  Seen page(const std::string& method, const std::string& path, int status,
            std::string_view part);
  Seen new_address();
  Reply submit(std::uint16_t port, bool tls, const std::string& from,
               const std::string& message);
  MessageOptions letter() const;

  const Target& target_;
  const std::function<void(const Finding&)>& tell_;
  Outcome outcome_;
  Account alice_;
  Account bob_;
  bool has_accounts_ = false;
};

void Trial::step(const std::string& name, const std::string& advice,
                 bool can_try, const std::function<Seen()>& what) {
  Finding finding{.step = name, .said{}, .advice{}};
  if (can_try) {
    const auto begin = Clock::now();
    Seen seen = what();
    finding.seconds =
        std::chrono::duration<double>(Clock::now() - begin).count();
    finding.kind = seen.is_good ? Finding::Kind::kGood : Finding::Kind::kBad;
    finding.said = std::move(seen.said);
  } else {
    finding.said = "what it needs is missing";
  }
  if (finding.kind != Finding::Kind::kGood) {
    outcome_.is_good = false;
    finding.advice = advice;
  }
  tell_(finding);
}

Seen Trial::make_account(Account& account, std::uint16_t port, bool tls) {
  const std::size_t length = target_.user_name_length;
  std::string name(kAccountPrefix.substr(0, length));
  name += random_name(length - name.size());
  Account made{name + "@" + target_.address_domain,
               random_name(target_.password_length)};
  Endpoint endpoint = endpoint_of(target_, port);
  endpoint.tls = tls;
  std::string error;
  const auto client = ImapClient::open(endpoint, error);
  if (!client) return bad(error);
  error = client->log_in(made.address, made.password);
  if (!error.empty()) return bad(error);
  account = std::move(made);
  outcome_.accounts.push_back(account.address);
  error = client->select_inbox();
  if (!error.empty()) return bad(error);
  client->log_out();
  return good(account.address);
}

void Trial::accounts() {
  const std::string advice =
      "look at `journalctl -u dovecot -u chatmail-doveauth`: is the service "
      "up, is registration open, does a limit of chatmail.ini refuse (load, "
      "memory, disk)?";
  step("IMAP login on 993 makes an account", advice, true,
       [this] { return make_account(alice_, 993, true); });
  step("IMAP login on 143 with STARTTLS makes another", advice, true,
       [this] { return make_account(bob_, 143, false); });
  has_accounts_ = outcome_.accounts.size() == 2 && !alice_.address.empty();
}

Seen Trial::offers() {
  std::string error;
  const auto client = ImapClient::open(endpoint_of(target_, 993), error);
  if (!client) return bad(error);
  error = client->log_in(alice_.address, alice_.password);
  if (!error.empty()) return bad(error);
  std::string answer;
  error = client->command("CAPABILITY", answer);
  if (!error.empty()) return bad(error);
  for (const std::string_view word : {"XCHATMAIL", "XDELTAPUSH", "METADATA"}) {
    if (answer.find(word) == std::string::npos) {
      return bad("no " + std::string(word) + " among the capabilities");
    }
  }
  error = client->command(
      "GETMETADATA \"\" (/shared/vendor/deltachat/maxsmtprecipients)", answer);
  if (!error.empty()) return bad(error);
  if (answer.find("maxsmtprecipients") == std::string::npos ||
      answer.find(" NIL") != std::string::npos) {
    return bad("it does not say maxsmtprecipients");
  }
  client->log_out();
  return good("XCHATMAIL, XDELTAPUSH, maxsmtprecipients");
}

void Trial::metadata() {
  step("METADATA answers",
       "look at `journalctl -u chatmail-metadata -u dovecot`", has_accounts_,
       [this] { return offers(); });
}

MessageOptions Trial::letter() const {
  return {.from = alice_.address,
          .to = bob_.address,
          .token = "trial-" + random_name(16),
          .now = target_.now};
}

Reply Trial::submit(std::uint16_t port, bool tls, const std::string& from,
                    const std::string& message) {
  Endpoint endpoint = endpoint_of(target_, port);
  endpoint.tls = tls;
  std::string error;
  const auto client = SmtpClient::open(endpoint, error);
  if (!client) return {0, error};
  Reply reply = client->log_in(alice_.address, alice_.password);
  if (reply.code != 235) {
    return {0, "the login was refused: " + reply.text};
  }
  reply = client->send(from, bob_.address, message);
  client->quit();
  return reply;
}

Seen Trial::received(const std::string& sent, unsigned number) {
  std::string error;
  const auto client = ImapClient::open(endpoint_of(target_, 993), error);
  if (!client) return bad(error);
  error = client->log_in(bob_.address, bob_.password);
  if (error.empty()) error = client->select_inbox();
  std::string message;
  if (error.empty()) error = client->fetch(number, message);
  if (!error.empty()) return bad(error);
  client->log_out();
  if (armor_of(message) != armor_of(sent)) {
    return bad("what arrived is not what was sent");
  }
  const std::string fields = header_section(message);
  if (fields.find("Subject: [...]") == std::string::npos) {
    return bad("it arrived, but its Subject was not taken away");
  }
  for (const std::string_view field :
       {"\r\nReceived:", "\r\nDKIM-Signature:"}) {
    if (fields.find(field) != std::string::npos) {
      return bad("it arrived with a field that is to be taken away:" +
                 std::string(field.substr(2)));
    }
  }
  return good("");
}

Seen Trial::deliver(std::uint16_t port, bool tls) {
  std::string error;
  const auto client = ImapClient::open(endpoint_of(target_, 993), error);
  if (!client) return bad(error);
  error = client->log_in(bob_.address, bob_.password);
  if (error.empty()) error = client->select_inbox();
  if (!error.empty()) return bad(error);
  const std::string message = encrypted_message(letter());
  const unsigned before = client->count();
  const Reply reply = submit(port, tls, alice_.address, message);
  if (reply.code != 250) return bad(reply.text);
  const auto begin = Clock::now();
  unsigned count = 0;
  error = client->await_message(before, target_.patience, count);
  if (!error.empty()) return bad(error);
  const double seconds =
      std::chrono::duration<double>(Clock::now() - begin).count();
  client->log_out();
  Seen seen = received(message, count);
  if (seen.is_good) {
    seen.said =
        fmt::format("in the other inbox {:.2f} s after its 250", seconds);
  }
  return seen;
}

void Trial::messages() {
  const std::string advice =
      "look at `journalctl -u postfix@- -u chatmail-milter -u dovecot` and at "
      "`postqueue -p`";
  step("an encrypted message by 465 arrives", advice, has_accounts_,
       [this] { return deliver(465, true); });
  step("an encrypted message by 587 arrives", advice, has_accounts_,
       [this] { return deliver(587, false); });
}

Seen Trial::refuse(const std::string& from, const std::string& message,
                   std::initializer_list<int> codes) {
  const Reply reply = submit(465, true, from, message);
  for (const int code : codes) {
    if (reply.code == code) return good(reply.text);
  }
  return bad((reply.code == 250 ? "it was ACCEPTED: " : "") + reply.text);
}

void Trial::refusals() {
  const std::string advice =
      "the milter is not asked, or rules of your own allow it: see "
      "`chatmail explain`, smtpd_milters in `postconf -M -P` and "
      "`journalctl -u chatmail-milter`";
  step("cleartext is refused with 523", advice, has_accounts_, [this] {
    return refuse(alice_.address, cleartext_message(letter()), {523});
  });
  step("another's From is refused", advice, has_accounts_, [this] {
    MessageOptions forged = letter();
    forged.from = "ci-another@" + target_.address_domain;
    return refuse(alice_.address, encrypted_message(forged), {500});
  });
  step("another's MAIL FROM is refused", advice, has_accounts_, [this] {
    MessageOptions forged = letter();
    forged.from = bob_.address;
    return refuse(bob_.address, encrypted_message(forged), {553});
  });
}

void Trial::port_443() {
  const std::string advice =
      "look at `nginx -t` and `journalctl -u nginx`; libnginx-mod-stream has "
      "to be installed";
  step("port 443 is for IMAP (ALPN imap)", advice, has_accounts_, [this] {
    Endpoint endpoint = endpoint_of(target_, 443);
    endpoint.alpn = "imap";
    std::string error;
    const auto client = ImapClient::open(endpoint, error);
    if (!client) return bad(error);
    error = client->log_in(alice_.address, alice_.password);
    client->log_out();
    return error.empty() ? good("login") : bad(error);
  });
  step("port 443 is for SMTP (ALPN smtp)", advice, has_accounts_, [this] {
    Endpoint endpoint = endpoint_of(target_, 443);
    endpoint.alpn = "smtp";
    std::string error;
    const auto client = SmtpClient::open(endpoint, error);
    if (!client) return bad(error);
    const Reply reply = client->log_in(alice_.address, alice_.password);
    client->quit();
    return Seen{reply.code == 235, reply.text};
  });
}

Seen Trial::page(const std::string& method, const std::string& path, int status,
                 std::string_view part) {
  const WebAnswer answer = ask_web(endpoint_of(target_, 443), method, path);
  if (!answer.error.empty()) return bad(answer.error);
  if (answer.status != status) {
    return bad(fmt::format("{} {} answers {}", method, path, answer.status));
  }
  if (answer.body.find(part) == std::string::npos) {
    return bad(fmt::format("{} has no {}", path, part));
  }
  return good(fmt::format("{} octets", answer.body.size()));
}

Seen Trial::new_address() {
  const WebAnswer answer = ask_web(endpoint_of(target_, 443), "POST", "/new");
  if (!answer.error.empty()) return bad(answer.error);
  const auto made = nlohmann::json::parse(answer.body, nullptr, false);
  if (answer.status != 200 || !made.is_object() || !made.contains("email") ||
      !made["email"].is_string() || !made.contains("password")) {
    return bad(fmt::format("it answers {} and no address", answer.status));
  }
  const auto address = made["email"].get<std::string>();
  return Seen{address.ends_with("@" + target_.address_domain), address};
}

void Trial::web() {
  const std::string advice =
      "run `chatmail webpage` and look at `nginx -t` and `journalctl -u nginx`";
  step("the web page is there", advice, true,
       [this] { return page("GET", "/", 200, "<html"); });
  step("autoconfig tells mail programs the ports", advice, true, [this] {
    return page("GET", "/.well-known/autoconfig/mail/config-v1.1.xml", 200,
                "<port>993</port>");
  });
  if (target_.has_web_registration) {
    step("POST /new gives an address",
         "look at `journalctl -u chatmail-newemail -u nginx`", true,
         [this] { return new_address(); });
  }
}

Outcome Trial::run() {
  accounts();
  metadata();
  messages();
  refusals();
  port_443();
  web();
  return std::move(outcome_);
}

}  // namespace

Endpoint endpoint_of(const Target& target, std::uint16_t port) {
  return {.host = target.host,
          .port = port,
          .name = target.name,
          .alpn{},
          .tls = true,
          .checks_certificate = target.checks_certificate,
          .patience = target.patience};
}

Outcome try_relay(const Target& target,
                  const std::function<void(const Finding&)>& tell) {
  return Trial(target, tell).run();
}

}  // namespace trial
