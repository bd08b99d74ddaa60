#include <sys/stat.h>
#include <utime.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/machine/certificate.h"
#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

constexpr const char* kUnits[] = {"unbound.service",
                                  "chatmail-doveauth.service",
                                  "chatmail-lastlogin.service",
                                  "chatmail-metadata.service",
                                  "chatmail-newemail.service",
                                  "chatmail-policyd.service",
                                  "chatmail-milter.service",
                                  "dovecot.service",
                                  "postfix@-.service",
                                  "nginx.service",
                                  "coturn.service",
                                  "chatmail-expire.timer",
                                  "chatmail-fsreport.timer",
                                  "chatmail-certificate.path"};

// A relay in which all is well.
struct StatusWorld : test::CommandWorld {
  StatusWorld() {
    fs::create_directories(directory.path("mail/pending_notifications"));
    const auto made =
        machine::make_self_signed({"a.example"}, surroundings.now);
    write("cert.pem", made.certificate);
    write_settings("cert.pem");
    std::string shown;
    for (const char* unit : kUnits) {
      shown += std::string("Id=") + unit +
               "\nLoadState=loaded\nActiveState=active\nSubState=running\n"
               "NRestarts=0\nActiveEnterTimestamp=@1789992800\n\n";
    }
    systemctl(shown);
    write("queue", "");
    program("postqueue", "/bin/cat " + directory.path("queue"));
    journal("chatmail-milter", "");
    journal("chatmail-metadata", "");
    program("journalctl",
            "for word; do case $word in --unit=*)\n"
            "/bin/cat " +
                directory.path("journal-") +
                "\"${word#--unit=}\";; esac; done");
    listen({"0019", "0050", "008F", "01BB", "01D1", "024B", "03E1"});
  }
  void write_settings(const std::string& certificate) const {
    write("chatmail.ini",
          "[params]\nmail_domain = a.example\nmin_free_disk_space = 1\n"
          "mailboxes_dir = " +
              directory.path("mail") +
              "\ntls_external_cert_and_key = " + directory.path(certificate) +
              " " + directory.path("key.pem") + "\n");
  }
  void systemctl(const std::string& shown) const {
    write("units", shown);
    program("systemctl", "/bin/cat " + directory.path("units"));
  }
  void journal(const std::string& unit, const std::string& lines) const {
    write("journal-" + unit + ".service", lines);
  }
  void listen(const std::vector<std::string>& ports) const {
    fs::create_directories(directory.path("proc/net"));
    const std::string rest =
        " 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n";
    std::string tcp = "  sl\n";
    for (const std::string& port : ports) {
      tcp += "0: 00000000:" + port + " 00000000:0000 0A" + rest;
    }
    write("proc/net/tcp", tcp);
    write("proc/net/udp", "  sl\n0: 00000000:0D96 00000000:0000 07" + rest);
  }
  void runs(const std::string& id, const std::string& name) const {
    fs::create_directories(directory.path("proc/" + id));
    write("proc/" + id + "/comm", name + "\n");
  }
  // The lines that are not good, by section and name; all must be JSON.
  std::map<std::string, json> faults(int status) {
    std::map<std::string, json> found;
    CHECK(run({"status", "--json", "--proc", directory.path("proc")}) ==
          status);
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) {
      json object = json::parse(line);
      all[object["section"].get<std::string>() + " " +
          object["name"].get<std::string>()] = object;
      if (object["result"] != "good") {
        found[object["section"].get<std::string>() + " " +
              object["name"].get<std::string>()] = object;
      }
    }
    return found;
  }
  std::map<std::string, json> all;
};

}  // namespace

TEST_CASE("a relay in which all is well") {
  StatusWorld world;
  CHECK(world.faults(ctl::kExitDone).empty());
  CHECK(world.all.size() >= 14 + 8 + 1 + 1 + 1 + 1 + 1);
  CHECK(world.all["service postfix.service"]["text"] ==
        "active (running) for 2 h");
  CHECK(world.run({"status", "--proc", world.directory.path("proc")}) ==
        ctl::kExitDone);
  CHECK_THAT(world.out.str(),
             Contains("port\n  ok 25/tcp, 80/tcp, 143/tcp, 443/tcp, 465/tcp, "
                      "587/tcp, 993/tcp, 3478/udp\n"));
  CHECK_THAT(world.out.str(), Contains("a.example\nservice\n  ok unbound"));
  CHECK_THAT(world.out.str(), !Contains("!!"));
}

TEST_CASE("a unit that failed or is not there is told") {
  StatusWorld world;
  world.systemctl(
      "Id=unbound.service\nLoadState=loaded\nActiveState=failed\n"
      "SubState=failed\nNRestarts=5\n\n"
      "Id=nginx.service\nLoadState=not-found\nActiveState=inactive\n");
  auto faults = world.faults(ctl::kExitDiffers);
  CHECK(faults.size() == 14);
  CHECK(faults["service unbound.service"]["text"] ==
        "failed (failed), restarted 5 times");
  CHECK(faults["service nginx.service"]["text"] == "not installed");
}

TEST_CASE("Postfix is its instance, for postfix.service itself is a shell") {
  StatusWorld world;
  world.systemctl(world.read("units") +
                  "Id=postfix.service\nLoadState=loaded\nActiveState=active\n"
                  "SubState=exited\n\n"
                  "Id=postfix@-.service\nLoadState=loaded\n"
                  "ActiveState=failed\nSubState=failed\n");
  auto faults = world.faults(ctl::kExitDiffers);
  CHECK(faults.size() == 1);
  CHECK(faults["service postfix.service"]["text"] == "failed (failed)");
}

TEST_CASE("what a timer starts is told, and when it failed") {
  StatusWorld world;
  world.systemctl(world.read("units") +
                  "Id=chatmail-expire.service\nLoadState=loaded\n"
                  "ActiveState=inactive\nSubState=dead\nResult=success\n"
                  "ExecMainExitTimestamp=@1789996400\n\n"
                  "Id=chatmail-fsreport.service\nLoadState=loaded\n"
                  "ActiveState=failed\nSubState=failed\nResult=exit-code\n"
                  "ExecMainExitTimestamp=@1789999940\n\n"
                  "Id=chatmail-certificate.service\nLoadState=loaded\n"
                  "ActiveState=inactive\nResult=success\n"
                  "ExecMainExitTimestamp=\n");
  auto faults = world.faults(ctl::kExitDiffers);
  CHECK(faults.size() == 1);
  CHECK(faults["service chatmail-fsreport.timer"]["text"] ==
        "active (running) for 2 h; chatmail-fsreport.service failed 1 min ago: "
        "exit-code; see: journalctl -u chatmail-fsreport.service");
  CHECK(faults["service chatmail-fsreport.timer"]["last_result"] ==
        "exit-code");
  CHECK(world.all["service chatmail-expire.timer"]["text"] ==
        "active (running) for 2 h; last ran 1 h ago");
  CHECK(world.all["service chatmail-certificate.path"]["text"] ==
        "active (running) for 2 h");
}

TEST_CASE("without systemd the processes are looked at") {
  StatusWorld world;
  world.program("systemctl", "echo 'no systemd here' >&2; exit 1");
  world.runs("10", "master");
  world.runs("11", "chatmail-policy");
  auto faults = world.faults(ctl::kExitDiffers);
  CHECK(faults.count("service postfix.service") == 0);
  CHECK(faults.count("service chatmail-policyd.service") == 0);
  CHECK(faults["service nginx.service"]["text"] == "does not run");
  CHECK(faults["service chatmail-expire.timer"]["result"] == "unknown");
}

TEST_CASE("a port that nobody serves, or only for this host") {
  StatusWorld world;
  world.listen({"0019", "0050", "008F", "01BB", "01D1", "024B"});
  auto faults = world.faults(ctl::kExitDiffers);
  CHECK(faults.size() == 1);
  CHECK(faults["port 993/tcp"]["text"] == "nobody listens");
}

TEST_CASE("a certificate that ends soon, has ended, or is none") {
  struct Row {
    std::int64_t age;
    std::string text;
  };
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kLife = 36'524 * kDay;
  for (const Row& row : std::vector<Row>{
           {kLife - 14 * kDay, ""},
           {kLife - 13 * kDay, "13 days left; it should have been renewed"},
           {kLife + 3 * kDay, "over since 3 d"},
           {-3 * kDay, "not valid yet"}}) {
    StatusWorld world;
    const auto made = machine::make_self_signed(
        {"a.example"}, world.surroundings.now - row.age);
    world.write("cert.pem", made.certificate);
    auto faults = world.faults(row.text.empty() ? 0 : 1);
    INFO(row.text);
    const std::string path = world.directory.path("cert.pem");
    CHECK(faults.size() == (row.text.empty() ? 0 : 1));
    if (!row.text.empty()) {
      CHECK_THAT(faults["certificate " + path]["text"].get<std::string>(),
                 Contains(row.text));
    }
  }
  StatusWorld world;
  world.write_settings("absent.pem");
  CHECK(world.faults(ctl::kExitDiffers).size() == 1);
}

TEST_CASE("the queue, pushes and refusals are told") {
  StatusWorld world;
  world.write("queue",
              R"({"queue_name":"deferred","arrival_time":1789999000,)"
              R"("message_size":5,"recipients":[{"address":"a@b.example"}]})"
              "\n");
  world.journal("chatmail-metadata",
                "1789996400.5 host chatmail-metadata[7]: notifications fail, "
                "and are tried again later: status 500\n");
  world.write("mail/pending_notifications/one", "");
  const utimbuf times{1'789'999'940, 1'789'999'940};
  utime(world.directory.path("mail/pending_notifications").c_str(), &times);
  world.journal(
      "chatmail-milter",
      "1789999000.1 host chatmail-milter[7]: 4X: outbound reject cleartext "
      "(text/plain) 523 5.7.1\n"
      "1789999500.1 host chatmail-milter[7]: 4Y: outbound reject cleartext "
      "523 5.7.1\n"
      "1789999600.1 host chatmail-milter[7]: 4Z: inbound tempfail dkim-dns 451 "
      "4.7.5\n"
      "1789999700.1 host chatmail-milter[7]: something else\n");
  auto faults = world.faults(ctl::kExitDiffers);
  CHECK(faults.size() == 1);
  CHECK(faults["push notifications"]["text"] ==
        "the last 1 min ago, 1 waiting; since 1 h: notifications fail, and are "
        "tried again later: status 500");
  CHECK(world.all["queue postfix"]["text"] ==
        "1 messages, 1 deferred, the oldest since 16 min");
  CHECK(world.all["refusals outbound cleartext"]["messages"] == 2);
  CHECK(world.all["refusals outbound cleartext"]["text"] ==
        "2, the last 8 min ago");
  CHECK(world.all["refusals inbound dkim-dns"]["verdict"] == "tempfail");
}

TEST_CASE("notifications that failed and were given up are no fault") {
  StatusWorld world;
  world.journal("chatmail-metadata",
                "1789996400.5 host chatmail-metadata[7]: notifications fail, "
                "and are tried again later: status 500\n");
  CHECK(world.faults(ctl::kExitDone).empty());
  CHECK(world.all["push notifications"]["fails"] == true);
}

TEST_CASE("what cannot be asked is said to be unknown, not bad") {
  StatusWorld world;
  world.program("postqueue", "echo 'fatal: mail system is down' >&2; exit 69");
  world.program("journalctl", "echo 'no journal' >&2; exit 1");
  auto faults = world.faults(ctl::kExitDone);
  CHECK(faults.size() == 3);
  for (const auto& [name, fault] : faults) CHECK(fault["result"] == "unknown");
  CHECK(faults["queue postfix"]["text"] ==
        "Postfix does not run; start it: systemctl start postfix");
}

TEST_CASE("a journal without such lines is not one that is not there") {
  StatusWorld world;
  // As journalctl says it; --quiet would make both the same.
  const std::string entries = "case \"$*\" in *--quiet*) exit 1;; esac\n";
  world.program("journalctl", entries + "echo '-- No entries --'; exit 1");
  CHECK(world.faults(ctl::kExitDone).empty());
  CHECK(world.all["refusals milter"]["text"] == "none in a day");
  world.program("journalctl",
                entries + "echo 'No journal files were found.' >&2; exit 1");
  CHECK(world.faults(ctl::kExitDone).size() == 2);
  CHECK(world.all["refusals milter"]["text"] == "not known: no journal");
}

TEST_CASE("a chatmail.ini that is not there ends it") {
  StatusWorld world;
  fs::remove(world.directory.path("chatmail.ini"));
  CHECK(world.run({"status"}) == ctl::kExitUnusable);
  CHECK_THAT(world.err.str(), Contains("chatmail status: "));
}
