#include "deploy/installation/installer.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "deploy/installation/issuance.h"
#include "deploy/machine/certificate.h"
#include "deploy/relay/site.h"
#include "tests/daemon/temporary_directory.h"

namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Run {
  bool good = false;
  std::string told;
};

struct World {
  explicit World(const std::string& lines =
                     "privacy_postal = Us\n"
                     "privacy_mail = us@x.example\n") {
    settings = daemons::parse_settings(
                   "[params]\nmail_domain = _x.example\n" + lines, "ini")
                   .settings;
    site = relay::make_site(settings, {}).site;
    options.root = folder.path();
    options.now = 1'800'000'000;
  }

  Run install() {
    std::ostringstream out;
    installation::Story story(out, /*colour=*/false, json);
    const bool good = installation::install(settings, site, options, story);
    return {good, out.str()};
  }

  std::string path(const std::string& name) const {
    return options.root + name;
  }

  test::TemporaryDirectory folder;
  daemons::Settings settings;
  relay::Site site;
  installation::Options options;
  bool json = false;
};

}  // namespace

TEST_CASE("A folder becomes a relay, and a second run changes nothing") {
  World world;
  const Run first = world.install();
  INFO(first.told);
  REQUIRE(first.good);
  for (const char* name :
       {"/etc/postfix/main.cf", "/etc/dovecot/dovecot.conf",
        "/etc/nginx/nginx.conf", "/etc/dkimkeys/opendkim.private",
        "/etc/ssl/certs/mailserver.pem", "/var/www/html/index.html"}) {
    CAPTURE(name);
    CHECK(fs::exists(world.path(name)));
  }
  const std::string key = text_of(world.path("/etc/dkimkeys/opendkim.private"));
  CHECK(key.starts_with("-----BEGIN PRIVATE KEY-----"));
  const auto mode =
      fs::status(world.path("/etc/ssl/private/mailserver.key")).permissions();
  CHECK(mode == fs::perms{0600});

  const Run second = world.install();
  CHECK(second.good);
  CHECK(second.told.find("All are as they should be") != std::string::npos);
  CHECK(second.told.find("7 files, 0 changed") != std::string::npos);
  CHECK(text_of(world.path("/etc/dkimkeys/opendkim.private")) == key);
}

TEST_CASE("A domain that is added is in the certificate, and the key stays") {
  const std::string contact =
      "privacy_postal = Us\nprivacy_mail = u@x.example\n";
  World world(contact);
  REQUIRE(world.install().good);
  const std::string path = world.path("/etc/ssl/certs/mailserver.pem");
  const std::string before = text_of(path);
  const std::string key = text_of(world.path("/etc/dkimkeys/opendkim.private"));
  const auto has = [&](const std::string& name) {
    const auto names = machine::read_certificate(path).names;
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  CHECK(has("_x.example"));
  CHECK_FALSE(has("_two.example"));

  const World more(contact + "more_mail_domains = _two.example\n");
  world.settings = more.settings;
  world.site = more.site;
  CHECK(world.install().told.find("mailserver.pem (made)") !=
        std::string::npos);
  CHECK(has("_x.example"));
  CHECK(has("_two.example"));
  CHECK(fs::exists(world.path("/var/www/html/_two.example/index.html")));
  CHECK(text_of(world.path("/etc/dkimkeys/opendkim.private")) == key);
  const std::string after = text_of(path);
  CHECK(after != before);
  REQUIRE(world.install().good);
  CHECK(text_of(path) == after);
}

TEST_CASE("A certificate is asked for as long as a name lacks in it") {
  constexpr std::int64_t now = 1'800'000'000;
  World world;
  const auto settings = daemons::parse_settings(
      "[params]\nmail_domain = a.example\nmore_mail_domains = _b.example "
      "c.example\n",
      "ini");
  const relay::Site site = relay::make_site(settings.settings, {}).site;
  const auto lacking = [&](std::int64_t at) {
    return installation::uncertified_names(site, world.options.root, at);
  };
  using Names = std::vector<std::string>;
  const Names all = {"a.example", "mta-sts.a.example", "www.a.example",
                     "c.example", "mta-sts.c.example", "www.c.example"};
  CHECK(lacking(now) == all);
  const auto put = [&](const Names& names) {
    const auto made = machine::make_self_signed(names, now - 100);
    const std::string folder = world.path("/var/lib/acme/live/a.example/");
    fs::create_directories(folder);
    std::ofstream(folder + "fullchain") << made.certificate;
    std::ofstream(folder + "privkey") << made.key;
  };
  put({"a.example"});
  CHECK(lacking(now) ==
        Names{"c.example", "mta-sts.c.example", "www.c.example"});
  put({"a.example", "c.example"});
  CHECK(lacking(now).empty());
  // When it has ended it is for nobody.
  CHECK(lacking(now + 200 * std::int64_t{31'536'000}) == all);
}

TEST_CASE("A dry run shows all and writes nothing") {
  World world;
  world.options.dry_run = true;
  const Run run = world.install();
  CHECK(run.good);
  CHECK(run.told.find("+mail_domain = _x.example") != std::string::npos);
  CHECK(fs::is_empty(world.options.root));
}

TEST_CASE("A dry run of somebody who is not root passes over what is hidden") {
  World world;
  fs::create_directory(world.path("/etc"));
  fs::create_directory(world.path("/etc/nginx"));
  std::ofstream(world.path("/etc/nginx/nginx.conf")) << "hidden";
  fs::permissions(world.path("/etc/nginx/nginx.conf"), fs::perms::none);
  fs::permissions(world.options.root, fs::perms{0755});
  world.options.dry_run = true;
  int said[2] = {};
  REQUIRE(pipe(said) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Root who may not pass over modes: another user could not read this test's
    // own files where the source is in a closed folder.
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const __user_cap_data_struct none[2] = {};
    if (syscall(SYS_capset, &header, none) != 0) _exit(3);
    const Run run = world.install();
    const auto size = static_cast<ssize_t>(run.told.size());
    if (write(said[1], run.told.data(), run.told.size()) != size) _exit(4);
    _exit(run.good ? 0 : 1);
  }
  close(said[1]);
  std::string told;
  char chunk[4096];
  ssize_t count = 0;
  while ((count = read(said[0], chunk, sizeof chunk)) > 0) {
    told.append(chunk, static_cast<std::size_t>(count));
  }
  close(said[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  INFO(told);
  CHECK(status == 0);
  CHECK(told.find("/etc/nginx/nginx.conf can be read by root alone") !=
        std::string::npos);
  CHECK(told.find("+mail_domain = _x.example") != std::string::npos);
}

TEST_CASE("A page without its contact stops all before anything is written") {
  World world("");
  const Run run = world.install();
  CHECK_FALSE(run.good);
  CHECK(run.told.find("privacy_mail") != std::string::npos);
  CHECK(fs::is_empty(world.options.root));
}

TEST_CASE("A file that cannot be written takes the others back") {
  World world;
  // Where a folder is wanted a file is.
  std::ofstream(world.path("/etc")) << "in the way";
  const Run run = world.install();
  CHECK_FALSE(run.good);
  CHECK(run.told.find("  ! ") != std::string::npos);
  CHECK(text_of(world.path("/etc")) == "in the way");
}

TEST_CASE("For programs each line is an object") {
  World world;
  world.json = true;
  std::istringstream lines(world.install().told);
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    CHECK(line.starts_with("{\"step\":"));
    CHECK(line.ends_with("}"));
    ++count;
  }
  CHECK(count > 20);
}

TEST_CASE("What was there before comes back when the relay goes") {
  World world;
  fs::create_directories(world.path("/etc/postfix"));
  std::ofstream(world.path("/etc/postfix/main.cf")) << "before\n";
  REQUIRE(world.install().good);
  std::ostringstream out;
  installation::Story story(out, false, false);
  installation::RemovalOptions removal;
  removal.root = world.options.root;
  REQUIRE(installation::uninstall(world.settings, world.site, removal, story));
  CHECK(text_of(world.path("/etc/postfix/main.cf")) == "before\n");
  CHECK_FALSE(fs::exists(world.path("/etc/nginx/nginx.conf")));
  // What cannot be made again stays.
  CHECK(fs::exists(world.path("/etc/dkimkeys/opendkim.private")));
  removal.purge = true;
  installation::uninstall(world.settings, world.site, removal, story);
  CHECK_FALSE(fs::exists(world.path("/etc/dkimkeys/opendkim.private")));
}

TEST_CASE("What is somebody's is not taken away, and comes back") {
  World world;
  const std::string page = world.path("/var/www/html/index.html");
  const std::string main_cf = world.path("/etc/postfix/main.cf");
  fs::create_directories(world.path("/etc/postfix"));
  fs::create_directories(world.path("/var/www/html"));
  std::ofstream(page) << "a page of before\n";
  std::ofstream(main_cf) << "before\n";
  REQUIRE(world.install().good);
  CHECK(text_of(page) != "a page of before\n");
  // A unit that changes is ours before and after.
  const World other(
      "privacy_postal = Us\nprivacy_mail = us@x.example\n"
      "milter_socket = unix:/run/other.sock\nmtail_address = 127.0.0.1\n");
  const relay::Site site = world.site;
  world.settings = other.settings;
  world.site = other.site;
  REQUIRE(world.install().good);
  REQUIRE(fs::exists(world.path("/etc/mtail/chatmail.mtail")));
  // One that was on, and its drop-ins are gone, but not their folder.
  fs::create_directories(
      world.path("/etc/systemd/system/chatmail-newemail.service.d"));

  // Twice, and by the settings of before.
  for (int i = 0; i < 2; ++i) {
    std::ostringstream out;
    installation::Story story(out, false, false);
    installation::RemovalOptions removal;
    removal.root = world.options.root;
    REQUIRE(installation::uninstall(world.settings, site, removal, story));
    CHECK(text_of(main_cf) == "before\n");
    CHECK(text_of(page) == "a page of before\n");
  }
  std::vector<std::string> left;
  for (const auto& entry :
       fs::recursive_directory_iterator(world.options.root)) {
    const std::string name = entry.path().filename().string();
    const bool is_dropins =
        name.ends_with(".d") && name.find(".service") != std::string::npos;
    if (entry.is_directory() && !is_dropins) continue;
    left.push_back(entry.path().string().substr(world.options.root.size()));
  }
  std::sort(left.begin(), left.end());
  CHECK(left == std::vector<std::string>{"/etc/dkimkeys/opendkim.private",
                                         "/etc/postfix/main.cf",
                                         "/etc/ssl/certs/mailserver.pem",
                                         "/etc/ssl/private/mailserver.key",
                                         "/var/www/html/index.html"});
}

TEST_CASE("A purge leaves a folder alone that is everybody's") {
  World world;
  world.site.mailboxes_dir = "/home/";
  fs::create_directories(world.path("/home/somebody"));
  std::ostringstream out;
  installation::Story story(out, false, false);
  installation::RemovalOptions removal;
  removal.root = world.options.root;
  removal.purge = true;
  CHECK_FALSE(
      installation::uninstall(world.settings, world.site, removal, story));
  CHECK(out.str().find("/home/ is left alone") != std::string::npos);
  CHECK(fs::exists(world.path("/home/somebody")));
}
