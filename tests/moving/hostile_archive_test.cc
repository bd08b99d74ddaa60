// Archives that somebody wrote to reach what is none of theirs, and damaged
// ones: each is refused with its reason, and nothing is written.

#include <catch2/catch.hpp>

#include "deploy/moving/manifest.h"
#include "tests/moving/packed.h"
#include "tests/moving/relay_world.h"

using Catch::Matchers::Contains;
using test::Packed;
using test::RelayWorld;
namespace fs = test::fs;

namespace {

const std::string kBox = "home/vmail/mail/_x.example";

std::string manifest(const std::string& roots = R"(
    {"part": "settings", "path": "/etc/chatmail"},
    {"part": "mailboxes", "path": "/home/vmail/mail/_x.example"})") {
  return R"({"format": "chatmail backup", "version": 1,
    "mail_domain": "_x.example", "made": 1,
    "config_file": "/etc/chatmail/chatmail.ini", "roots": [)" +
         roots + "]}";
}

void begin(Packed& packed) {
  packed.file(moving::kManifestName, manifest());
  packed.file("etc/chatmail/chatmail.ini",
              "[params]\nmail_domain = _x.example\n");
  packed.folder(kBox);
}

// What a restore says; nothing may be there afterwards.
std::string refused(const RelayWorld& world) {
  RelayWorld::write(world.folder.path("there/keep"), "");
  const auto told = world.restore();
  CHECK_FALSE(told.good);
  for (const auto& [name, what] :
       RelayWorld::files(world.folder.path("there"))) {
    CAPTURE(name);
    CHECK((name.starts_with("/run") || name == "/keep"));
  }
  return told.text;
}

struct Case {
  const char* what;
  void (*pack)(Packed&);
  const char* reason;
};

const Case kCases[] = {
    {"a step up",
     [](Packed& p) { p.file(kBox + "/../../../../etc/passwd", "x"); },
     "'.' or '..'"},
    {"an absolute name", [](Packed& p) { p.file("/etc/passwd", "x"); },
     "begins at the root"},
    {"a place that is not in the manifest",
     [](Packed& p) { p.file("etc/cron.d/x", "x"); }, "none of the places"},
    {"a file through a link",
     [](Packed& p) {
       p.link(kBox + "/a", "b");
       p.file(kBox + "/a/x", "x");
     },
     "below a symbolic link"},
    {"a link that leads out",
     [](Packed& p) { p.link(kBox + "/a", "../../../../etc"); }, "leads out"},
    {"an absolute link", [](Packed& p) { p.link(kBox + "/a", "/etc"); },
     "leads out"},
    {"a link in place of a folder",
     [](Packed& p) {
       p.file(kBox + "/a/x", "x");
       p.link(kBox + "/a", "b");
     },
     "comes twice"},
    {"a hard link to the system",
     [](Packed& p) { p.hard_link(kBox + "/a", "etc/passwd"); },
     "not before it"},
    {"a hard link to a link, and a file through it",
     [](Packed& p) {
       p.link(kBox + "/l", "x");
       p.hard_link(kBox + "/a", kBox + "/l");
     },
     "not before it"},
    {"a device", [](Packed& p) { p.device(kBox + "/null"); }, "a device"},
    {"a FIFO", [](Packed& p) { p.fifo(kBox + "/pipe"); }, "a FIFO"},
    {"a name twice",
     [](Packed& p) {
       p.file(kBox + "/x", "1");
       p.file(kBox + "/x", "2");
     },
     "comes twice"},
    {"no list of contents", [](Packed& p) { p.file(kBox + "/x", "1"); },
     "a part of it is missing"},
    {"another list of contents",
     [](Packed& p) {
       p.file(kBox + "/x", "1");
       p.file(moving::kContentsName, "0 f 0600 - - 0.000000000 1 other\n");
     },
     "damaged or changed"},
};

}  // namespace

TEST_CASE("an archive that reaches out is refused before anything is written") {
  for (const Case& one : kCases) {
    CAPTURE(one.what);
    const RelayWorld world;
    {
      Packed packed(world.archive());
      begin(packed);
      one.pack(packed);
    }
    CHECK_THAT(refused(world), Contains(one.reason));
  }
}

TEST_CASE("a manifest that names foreign places is refused") {
  for (const char* const path :
       {"/etc", "/etc/cron.d", "/", "/home/vmail/../../etc/cron.d", "/usr/bin",
        "home/vmail", "/etc/passwd", ""}) {
    CAPTURE(path);
    const RelayWorld world;
    {
      Packed packed(world.archive());
      packed.file(moving::kManifestName,
                  manifest(R"({"part": "state", "path": ")" +
                           std::string(path) + "\"}"));
    }
    CHECK_THAT(refused(world), Contains("its manifest"));
  }
}

TEST_CASE("a place that its own chatmail.ini does not name is refused") {
  const RelayWorld world;
  moving::Manifest changed{.mail_domain = "_x.example",
                           .made = 1,
                           .config_file = "/etc/chatmail/chatmail.ini",
                           .roots = {{moving::Part::kState, "/srv/else"}}};
  {
    Packed packed(world.archive());
    packed.file(moving::kManifestName, moving::print_manifest(changed));
    packed.file("srv/else", "x");
  }
  CHECK_THAT(refused(world), Contains("its list of contents"));
}

TEST_CASE("a manifest of another version or make is refused") {
  struct Row {
    const char* text;
    const char* reason;
  };
  const Row rows[] = {
      {R"({"format": "chatmail backup", "version": 2})", "version 2"},
      {R"({"format": "other", "version": 1})", "none of a chatmail backup"},
      {R"({"format": "chatmail backup", "version": 1})", "not as a chatmail"},
      {"[]", "none of a chatmail backup"},
      {"", "none of a chatmail backup"},
      {"{", "none of a chatmail backup"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const RelayWorld world;
    {
      Packed packed(world.archive());
      packed.file(moving::kManifestName, row.text);
    }
    CHECK_THAT(refused(world), Contains(row.reason));
  }
}

TEST_CASE("what is no backup is refused") {
  const RelayWorld world;
  for (const char* const text : {"", "hello", "\x28\xb5\x2f\xfd rubbish"}) {
    CAPTURE(text);
    RelayWorld::write(world.archive(), text);
    const std::string why = refused(world);
    CHECK_THAT(why, Contains(world.archive()));
    // No talk of characters, which is what the system calls that number.
    CHECK_THAT(why, !Contains("multibyte"));
  }
  {
    Packed packed(world.archive());
    packed.file("home/vmail/mail/x", "1");
  }
  CHECK_THAT(refused(world), Contains("it is no chatmail backup"));
}

TEST_CASE("a backup that was cut or changed anywhere is refused") {
  const RelayWorld world;
  REQUIRE(world.back_up().error == "");
  const std::string whole = RelayWorld::read(world.archive());
  REQUIRE(whole.size() > 200);
  for (std::size_t i = 1; i < 20; ++i) {
    CAPTURE(i);
    RelayWorld::write(world.archive(), whole.substr(0, whole.size() * i / 20));
    refused(world);
  }
  RelayWorld::write(world.archive(), whole.substr(0, whole.size() - 1));
  refused(world);
  std::size_t changed = 0;
  for (std::size_t place = 0; place < whole.size(); place += 37) {
    CAPTURE(place);
    std::string other = whole;
    other[place] = static_cast<char>(other[place] ^ 0x20);
    RelayWorld::write(world.archive(), other);
    const auto told = world.restore();
    // A bit that nobody reads (of a window's size, say) may be another.
    if (!told.good) ++changed;
    if (told.good) {
      const auto here = RelayWorld::files(world.here(test::kMailboxes));
      for (const auto& [name, what] :
           RelayWorld::files(world.there(test::kMailboxes))) {
        CAPTURE(name);
        REQUIRE(here.contains(name));
        CHECK(here.at(name) == what);
      }
      fs::remove_all(world.folder.path("there"));
    }
  }
  CHECK(changed > whole.size() / 37 * 9 / 10);
}

TEST_CASE("an octet, a mode or an owner that was changed is found") {
  const RelayWorld world;
  const std::string path = kBox + "/x";
  struct Row {
    const char* text;
    unsigned mode;
    bool has_more;  // behind the list
    const char* reason;
  };
  const Row rows[] = {{"1", 0600, false, ""},
                      {"2", 0600, false, "of /home/vmail/mail/_x.example/x:"},
                      {"1", 0644, false, "of /home/vmail/mail/_x.example/x:"},
                      {"1", 0600, true, "behind the list of contents"}};
  for (const Row& row : rows) {
    CAPTURE(row.text, row.mode);
    fs::remove_all(world.folder.path("there"));
    std::string list;
    const auto add = [&](const std::string& name, const std::string& text,
                         moving::EntryType type) {
      moving::Checksum sum;
      sum.add(text);
      const bool is_file = type == moving::EntryType::kFile;
      list += moving::contents_line({.name = name,
                                     .type = type,
                                     .mode = is_file ? 0600U : 0700U,
                                     .modified = 1'700'000'000,
                                     .size = is_file ? text.size() : 0},
                                    is_file ? sum.hex() : "");
    };
    const std::string ini = "[params]\nmail_domain = _x.example\n";
    {
      Packed packed(world.archive());
      begin(packed);
      packed.file(path, row.text, row.mode);
      add(moving::kManifestName, manifest(), moving::EntryType::kFile);
      add("etc/chatmail/chatmail.ini", ini, moving::EntryType::kFile);
      add(kBox, "", moving::EntryType::kFolder);
      add(path, "1", moving::EntryType::kFile);
      moving::Checksum sum;
      sum.add(list);
      packed.file(moving::kContentsName, list + sum.hex() + "\n");
      if (row.has_more) packed.file(kBox + "/more", "x");
    }
    const auto told = world.restore();
    CAPTURE(told.text);
    CHECK(told.good == (row.reason[0] == '\0'));
    CHECK_THAT(told.text, Contains(row.reason));
  }
}
