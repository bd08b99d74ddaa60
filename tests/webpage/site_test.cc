#include "deploy/webpage/site.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/daemon/temporary_directory.h"

namespace {

const std::string kShipped = std::string(CHATMILTER_SOURCE_DIR) + "/deploy/www";

const std::string kIni =
    "[params]\nmail_domain = chat.example\n"
    "privacy_postal = A. Person\n  1 Street\nprivacy_mail = p@x.example\n";

webpage::Site site_of(const std::string& ini, const std::string& folder) {
  const daemons::SettingsFile file = daemons::parse_settings(ini, "ini");
  REQUIRE(file.errors.empty());
  return webpage::build_site(file.settings, folder, kShipped);
}

const webpage::SiteFile* find(const webpage::Site& site,
                              const std::string& name) {
  const auto found =
      std::find_if(site.files.begin(), site.files.end(),
                   [&](const auto& file) { return file.name == name; });
  return found == site.files.end() ? nullptr : &*found;
}

std::string text_of(const webpage::Site& site, const std::string& name) {
  const webpage::SiteFile* file = find(site, name);
  return file == nullptr ? "(no " + name + ")" : file->octets;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void write(const std::string& path, const std::string& octets) {
  std::filesystem::create_directories(
      std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << octets;
}

}  // namespace

TEST_CASE("the shipped pages") {
  const webpage::Site site = site_of(kIni, kShipped);
  REQUIRE(site.errors == std::vector<std::string>{});
  std::vector<std::string> names;
  for (const webpage::SiteFile& file : site.files) names.push_back(file.name);
  CHECK(names == std::vector<std::string>{
                     "account.svg", "icon.svg", "index.html", "info.html",
                     "privacy.html", "robots.txt", "style.css"});
  const std::string start = text_of(site, "index.html");
  CHECK(has(start, "<title>Welcome to chat.example</title>"));
  CHECK(has(start, "href=\"dcaccount:https://chat.example/new\""));
  CHECK(has(text_of(site, "privacy.html"), "A. Person<br>\n1 Street"));
  CHECK(has(text_of(site, "privacy.html"), "href=\"mailto:p@x.example\""));
  CHECK(has(text_of(site, "robots.txt"), "Disallow: /\n"));
  for (const webpage::SiteFile& file : site.files) {
    CAPTURE(file.name);
    CHECK_FALSE(has(file.octets, "{{"));
    CHECK_FALSE(has(file.octets, "{%"));
    CHECK_FALSE(has(file.octets, "<script"));
    CHECK_FALSE(has(file.octets, "src=\"http"));
  }
}

TEST_CASE("no page goes online without its contact") {
  for (const char* key : {"privacy_postal", "privacy_mail"}) {
    CAPTURE(key);
    std::string ini = kIni;
    ini.insert(ini.find(key), "# ");
    if (ini.find("  1 Street") != std::string::npos &&
        std::string(key) == "privacy_postal") {
      ini.insert(ini.find("  1 Street"), "#");
    }
    const webpage::Site site = site_of(ini, kShipped);
    CHECK(site.files.empty());
    REQUIRE_FALSE(site.errors.empty());
    CHECK(has(site.errors.front(), "privacy.md:"));
    CHECK(has(site.errors.front(), std::string(key) + " is empty"));
  }
}

TEST_CASE("pages of relays that do not give an account to everybody") {
  for (const char* change :
       {"registration = invite\n", "registration = closed\n"}) {
    CAPTURE(change);
    const webpage::Site site = site_of(kIni + change, kShipped);
    REQUIRE(site.errors == std::vector<std::string>{});
    CHECK(find(site, "account.svg") == nullptr);
    CHECK_FALSE(has(text_of(site, "index.html"), "dcaccount:"));
    CHECK_FALSE(has(text_of(site, "index.html"), "account.svg"));
  }
  std::string ini = kIni;
  ini.replace(ini.find("chat.example"), 12, "192.0.2.1");
  const webpage::Site site = site_of(ini, kShipped);
  REQUIRE(site.errors == std::vector<std::string>{});
  CHECK(has(text_of(site, "index.html"), "@[192.0.2.1]"));
}

TEST_CASE("each domain has its own pages and its own code") {
  const std::string ini =
      std::string(kIni) + "more_mail_domains = two.example _three.example\n";
  const webpage::Site site = site_of(ini, kShipped);
  REQUIRE(site.errors == std::vector<std::string>{});
  CHECK(has(text_of(site, "index.html"), "dcaccount:https://chat.example/new"));
  CHECK(has(text_of(site, "two.example/index.html"),
            "dcaccount:https://two.example/new"));
  CHECK(has(text_of(site, "_three.example/index.html"),
            "dcaccount:_three.example"));
  CHECK(has(text_of(site, "two.example/info.html"), "name@two.example"));
  CHECK_FALSE(has(text_of(site, "two.example/index.html"), "chat.example"));
  CHECK(text_of(site, "two.example/account.svg") !=
        text_of(site, "account.svg"));
  CHECK(site.files.size() % 3 == 0);

  const test::TemporaryDirectory folder;
  write(folder.path() + "/index.md", "# At {{ mail_domain }}\n");
  write(folder.path() + "/two.example/index.html", "by hand");
  const webpage::Site own = site_of(ini, folder.path());
  REQUIRE(own.errors == std::vector<std::string>{});
  CHECK(text_of(own, "two.example/index.html") == "by hand");
  CHECK(has(text_of(own, "_three.example/index.html"), "At _three.example"));
}

TEST_CASE("an operator's own folder") {
  const test::TemporaryDirectory folder;
  SECTION("pages, with what is missing from the shipped folder") {
    write(folder.path() + "/index.md", "# Mine at {{ config.mail_domain }}\n");
    write(folder.path() + "/pictures/a.png", "PNG");
    write(folder.path() + "/.hidden", "secret");
    const webpage::Site site = site_of(kIni, folder.path());
    REQUIRE(site.errors == std::vector<std::string>{});
    CHECK(has(text_of(site, "index.html"), "<h1>Mine at chat.example</h1>"));
    CHECK(text_of(site, "pictures/a.png") == "PNG");
    CHECK(find(site, "style.css") != nullptr);
    CHECK(find(site, "privacy.html") == nullptr);
    CHECK(find(site, ".hidden") == nullptr);
  }
  SECTION("sources in src/") {
    write(folder.path() + "/src/index.md", "# S\n");
    write(folder.path() + "/src/layout.html", "[{{ title }}|{{ content }}]");
    write(folder.path() + "/README.md", "not a page");
    const webpage::Site site = site_of(kIni, folder.path());
    REQUIRE(site.errors == std::vector<std::string>{});
    CHECK(text_of(site, "index.html") == "[S|<h1>S</h1>\n]");
    CHECK(find(site, "README.html") == nullptr);
  }
  SECTION("without pages it is published as it is") {
    write(folder.path() + "/index.html", "{{ mine }}");
    const webpage::Site site = site_of(kIni, folder.path());
    REQUIRE(site.errors == std::vector<std::string>{});
    REQUIRE(site.files.size() == 1);
    CHECK(site.files[0].octets == "{{ mine }}");
  }
  SECTION("an error in one page keeps all of them back") {
    write(folder.path() + "/a.md", "# A");
    write(folder.path() + "/b.md", "# B\n\n{{ config.nothing }}");
    const webpage::Site site = site_of(kIni, folder.path());
    CHECK(site.files.empty());
    CHECK(site.errors == std::vector<std::string>{
                             "b.md:3: there is no value \"config.nothing\""});
  }
  SECTION("nothing in it, or no folder") {
    CHECK_FALSE(site_of(kIni, folder.path()).errors.empty());
    CHECK_FALSE(site_of(kIni, folder.path() + "/none").errors.empty());
  }
}

TEST_CASE("a relative folder is beside its chatmail.ini, wherever one stands") {
  const test::TemporaryDirectory folder;
  write(folder.path() + "/etc/www/index.md", "# Mine\n");
  const std::string ini = folder.path() + "/etc/chatmail.ini";
  const auto built = [&](const std::string& www) {
    const auto file =
        daemons::parse_settings(kIni + "www_folder = " + www + "\n", ini);
    return webpage::build_site(file.settings, ini);
  };
  for (const std::string& www : {std::string("www"), std::string("../etc/www"),
                                 folder.path() + "/etc/www"}) {
    CAPTURE(www);
    const webpage::Site site = built(www);
    CHECK(site.errors.empty());
    CHECK(has(text_of(site, "index.html"), "<h1>Mine</h1>"));
  }
  for (const std::string www : {"none", "www/index.md"}) {
    CAPTURE(www);
    const webpage::Site site = built(www);
    CHECK(site.files.empty());
    REQUIRE(site.errors.size() == 1);
    CHECK(site.errors[0].starts_with("www_folder: " + folder.path() + "/etc/" +
                                     www + ": "));
    CHECK(has(site.errors[0], "--ssh-host copies chatmail.ini alone"));
  }
}
