#include "deploy/services/newemail/address_service.h"

#include <spdlog/sinks/ostream_sink.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/daemon/temporary_directory.h"

using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

// A relay that gives addresses; a test changes one thing.
struct Relay {
  Relay() {
    set("mail_domain", "a.example");
    set("nocreate_file", directory.path("nocreate"));
    set("invites_file", directory.path("invites.json"));
    std::ofstream(directory.path("invites.json"))
        << R"({"invites": {"summercamp": {"uses": 2},
              "lastsummer": {"expires": 1000000000}}})";
  }
  void set(const std::string& key, const std::string& value) {
    REQUIRE(settings.set(key, value) == std::nullopt);
  }
  http::Response ask(
      const std::string& method, const std::string& target,
      const std::string& client = "", std::string body = {},
      const std::string& type = "application/x-www-form-urlencoded") {
    http::Request request;
    request.method = method;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    if (!client.empty()) request.fields.emplace_back("x-forwarded-for", client);
    request.fields.emplace_back("content-type", type);
    if (!host.empty()) request.fields.emplace_back("host", host);
    request.body = std::move(body);
    const auto setup = newemail::make_setup(settings);
    REQUIRE(setup != nullptr);
    newemail::AddressService service(
        {limits, counters, log, randomness, [this] { return now; }});
    return service.answer(request, *setup);
  }

  test::TemporaryDirectory directory;
  daemons::Settings settings;
  std::string host;  // as nginx hands it on
  double now = 1'790'000'000;
  doveauth::MemoryLimitStore limits{100};
  newemail::Counters counters;
  std::ostringstream logged;
  spdlog::logger log{"test",
                     std::make_shared<spdlog::sinks::ostream_sink_mt>(logged)};
  newemail::Randomness randomness = newemail::system_randomness;
};

std::string field_of(const http::Response& response, const std::string& name) {
  for (const auto& [each, value] : response.fields) {
    if (each == name) return value;
  }
  return {};
}

std::string reason_of(const http::Response& response) {
  CHECK(response.media_type == "application/json");
  return json::parse(response.body)["reason"];
}

}  // namespace

TEST_CASE("who posts gets an address and a password, by both paths") {
  Relay relay;
  for (const char* path : {"/new", "/cgi-bin/newemail.py"}) {
    const http::Response response = relay.ask("POST", path);
    CHECK(response.status == 200);
    CHECK(response.media_type == "application/json");
    CHECK(field_of(response, "Cache-Control") == "no-store");
    const json answer = json::parse(response.body);
    CHECK(answer.size() == 2);
    const std::string email = answer["email"];
    CHECK(email.find_first_not_of(newemail::kLocalPartAlphabet) == 9);
    CHECK(email.substr(9) == "@a.example");
    CHECK(answer["password"].get<std::string>().size() == 12);
  }
  CHECK_THAT(relay.counters.text(),
             Contains("chatmail_new_addresses_total{outcome=\"given\"} 2"));
}

TEST_CASE("lengths are the settings'") {
  Relay relay;
  relay.set("username_max_length", "20");
  relay.set("password_min_length", "40");
  const json answer = json::parse(relay.ask("POST", "/new").body);
  CHECK(answer["email"].get<std::string>().find('@') == 20);
  CHECK(answer["password"].get<std::string>().size() == 43);
}

TEST_CASE("a self-signed relay gives a login, to whoever asks how") {
  Relay relay;
  relay.set("mail_domain", "192.0.2.1");
  for (const char* method : {"POST", "GET"}) {
    const http::Response response = relay.ask(method, "/new");
    CHECK(response.status == 200);
    const json answer = json::parse(response.body);
    const std::string email = answer["email"];
    CHECK_THAT(email, Catch::Matchers::EndsWith("@[192.0.2.1]"));
    CHECK(answer["dclogin_url"] ==
          newemail::dclogin_url(email, answer["password"].get<std::string>(),
                                "192.0.2.1"));
  }
}

TEST_CASE("a browser is sent to the client, with a token when it has one") {
  Relay relay;
  struct Row {
    std::string target;
    std::string location;
  };
  const std::vector<Row> rows = {
      {"/new", "dcaccount:https://a.example/new"},
      {"/cgi-bin/newemail.py", "dcaccount:https://a.example/new"},
      {"/new?token=summercamp",
       "dcaccount:https://a.example/new?token=summercamp"},
      {"/new?token=a%0d%0aSet-Cookie:b", "dcaccount:https://a.example/new"},
      {"/new?token=short", "dcaccount:https://a.example/new"},
  };
  for (const Row& row : rows) {
    for (const char* method : {"GET", "HEAD"}) {
      INFO(method << ' ' << row.target);
      const http::Response response = relay.ask(method, row.target);
      CHECK(response.status == 301);
      CHECK(field_of(response, "Location") == row.location);
    }
  }
}

TEST_CASE("each domain of a relay gives its own addresses") {
  Relay relay;
  relay.set("more_mail_domains", "b.example _c.example");
  struct Row {
    std::string host;
    std::string domain;
  };
  const std::vector<Row> rows = {{"a.example", "a.example"},
                                 {"b.example", "b.example"},
                                 {"www.b.example", "b.example"},
                                 {"elsewhere.example", "a.example"}};
  for (const Row& row : rows) {
    INFO(row.host);
    relay.host = row.host;
    const json answer = json::parse(relay.ask("POST", "/new").body);
    CHECK_THAT(answer["email"].get<std::string>(),
               Catch::Matchers::EndsWith("@" + row.domain));
    CHECK(field_of(relay.ask("GET", "/new"), "Location") ==
          "dcaccount:https://" + row.domain + "/new");
  }
  relay.host = "_c.example";
  const json answer = json::parse(relay.ask("GET", "/new").body);
  CHECK_THAT(answer["email"].get<std::string>(),
             Catch::Matchers::EndsWith("@_c.example"));
  CHECK(answer.contains("dclogin_url"));
}

TEST_CASE("what nobody offers is refused") {
  Relay relay;
  for (const char* path : {"/", "/newer", "/new/", "/cgi-bin/", "/NEW"}) {
    CHECK(relay.ask("POST", path).status == 404);
  }
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "post"}) {
    const http::Response response = relay.ask(method, "/new");
    CHECK(response.status == 405);
    CHECK(field_of(response, "Allow") == "GET, HEAD, POST");
  }
}

TEST_CASE("a closed relay says so") {
  const bool by_file = GENERATE(false, true);
  Relay relay;
  relay.set("registration", by_file ? "open" : "closed");
  if (by_file) relay.directory.make_file("nocreate");
  for (const char* target : {"/new", "/new?token=summercamp"}) {
    const http::Response response = relay.ask("POST", target);
    CHECK(response.status == 403);
    CHECK(reason_of(response) == "This relay gives no new addresses for now.");
    CHECK(relay.ask("GET", target).body ==
          "This relay gives no new addresses for now.\n");
  }
}

TEST_CASE("a good token begins the password, from a query or a form") {
  Relay relay;
  relay.set("registration", GENERATE("open", "invite"));
  for (const http::Response& response :
       {relay.ask("POST", "/new?token=summercamp"),
        relay.ask("POST", "/new", "", "token=summercamp"),
        relay.ask("POST", "/new", "", "a=b&token=summercamp",
                  "application/x-www-form-urlencoded; charset=utf-8")}) {
    CHECK(response.status == 200);
    const std::string password = json::parse(response.body)["password"];
    CHECK_THAT(password, Catch::Matchers::StartsWith("summercamp-"));
    CHECK(password.size() == 11 + 12);
  }
}

TEST_CASE("without a good token there is none where there has to be one") {
  Relay relay;
  const auto refused = [&](const std::string& target, const std::string& body,
                           const std::string& type) {
    const http::Response response = relay.ask("POST", target, "", body, type);
    CHECK(response.status == 403);
    return reason_of(response);
  };
  const std::string form = "application/x-www-form-urlencoded";
  relay.set("registration", "invite");
  const std::string none =
      "This relay gives new addresses to the invited only; ask for a link with "
      "a token.";
  const std::string bad = "This invitation is not good, or not any more.";
  CHECK(refused("/new", "", form) == none);
  CHECK(refused("/new", "token=summercamp", "text/plain") == none);
  for (const char* token : {"lastsummer", "wintercamp", "short", "%00", "%22",
                            "summercamp-", "summercamp%20"}) {
    INFO(token);
    CHECK(refused(std::string("/new?token=") + token, "", form) == bad);
  }
  // Where there need not be one, a bad one does not matter.
  relay.set("registration", "open");
  const http::Response response = relay.ask("POST", "/new?token=wintercamp");
  CHECK(response.status == 200);
  CHECK(json::parse(response.body)["password"].get<std::string>().size() == 12);
}

TEST_CASE("invites that cannot be read are nobody's mistake") {
  Relay relay;
  relay.set("registration", "invite");
  std::ofstream(relay.directory.path("invites.json")) << "{";
  const http::Response response = relay.ask("POST", "/new?token=summercamp");
  CHECK(response.status == 503);
  CHECK(reason_of(response) == "Try again later.");
  CHECK_THAT(relay.logged.str(),
             Contains("invites_file: invites.json: not in"));
}

TEST_CASE("each network has its number, and the invited are not counted") {
  Relay relay;
  relay.set("max_new_addresses_per_network", "3");
  for (int i = 0; i < 3; ++i) {
    CHECK(relay.ask("POST", "/new", "192.0.2.1").status == 200);
  }
  const http::Response response = relay.ask("POST", "/new", "192.0.2.1");
  CHECK(response.status == 429);
  CHECK(field_of(response, "Retry-After") == "1200");
  CHECK(reason_of(response) ==
        "Too many new addresses for your network, wait 20 min.");
  CHECK(relay.ask("POST", "/new", "192.0.2.2").status == 200);
  CHECK(relay.ask("GET", "/new", "192.0.2.1").status == 301);
  for (int i = 0; i < 10; ++i) {
    CHECK(relay.ask("POST", "/new").status == 200);  // nobody knows from where
    CHECK(relay.ask("POST", "/new?token=summercamp", "192.0.2.3").status ==
          200);
  }
  relay.now += 1200;
  CHECK(relay.ask("POST", "/new", "192.0.2.1").status == 200);
  for (int i = 0; i < 5; ++i) {
    const std::string client = "2001:db8::" + std::to_string(i);
    CHECK(relay.ask("POST", "/new", client).status == (i < 3 ? 200 : 429));
  }
}

TEST_CASE("who guesses tokens hears nothing any more, good or not") {
  Relay relay;
  relay.set("registration", "invite");
  relay.set("max_new_addresses_per_network", "3");
  for (int i = 0; i < 3; ++i) {
    CHECK(
        relay
            .ask("POST", "/new?token=guessed0" + std::to_string(i), "192.0.2.1")
            .status == 403);
  }
  CHECK(relay.ask("POST", "/new?token=summercamp", "192.0.2.1").status == 429);
  CHECK(relay.ask("POST", "/new?token=summercamp", "192.0.2.2").status == 200);
}

TEST_CASE("without randomness nobody gets anything") {
  Relay relay;
  relay.randomness = [](unsigned char*, std::size_t) { return false; };
  CHECK(relay.ask("POST", "/new").status == 503);
  CHECK_THAT(relay.counters.text(), Contains("outcome=\"failed\"} 1"));
}

TEST_CASE("neither counters nor log have an address, a password or a token") {
  Relay relay;
  relay.log.set_level(spdlog::level::trace);
  const json answer =
      json::parse(relay.ask("POST", "/new?token=summercamp", "192.0.2.1").body);
  const std::string told = relay.counters.text() + relay.logged.str();
  CHECK_THAT(told, Contains("invited"));
  const std::string email = answer["email"];
  for (const std::string& secret :
       {email, email.substr(0, 9), answer["password"].get<std::string>(),
        std::string("summercamp"), std::string("192.0.2.1")}) {
    CHECK_THAT(told, !Contains(secret));
  }
}
