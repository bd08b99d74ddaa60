#include <catch2/catch.hpp>
#include <set>

#include "deploy/moving/belongings.h"
#include "deploy/moving/disk_tree.h"
#include "deploy/moving/limits.h"
#include "deploy/moving/mailbox_tree.h"
#include "deploy/moving/queue_tree.h"
#include "tests/moving/relay_world.h"

using moving::Content;
using moving::DiskTree;
using moving::Entry;
using moving::EntryType;
using test::RelayWorld;
namespace fs = test::fs;

namespace {

struct Taken {
  std::vector<Entry> entries;
  std::map<std::string, std::string> texts;  // of files

  bool has(const std::string& name) const {
    for (const Entry& entry : entries) {
      if (entry.name == name) return true;
    }
    return false;
  }
};

// Takes all; `meanwhile` happens at each entry.
moving::Visit taking(Taken& taken,
                     const std::function<void(const Entry&)>& meanwhile = {}) {
  return [&taken, meanwhile](archive_entry& one, Content& content) {
    const Entry entry = moving::entry_of(one);
    if (entry.type == EntryType::kFile) {
      std::string error;
      taken.texts[entry.name] =
          moving::read_small(content, error).value_or(error);
    }
    taken.entries.push_back(entry);
    if (meanwhile) meanwhile(entry);
    return std::string();
  };
}

const std::string kAnn =
    std::string(test::kMailboxes).substr(1) + "/ann@_x.example";

}  // namespace

TEST_CASE("a tree comes with modes, times, names and links") {
  const RelayWorld world;
  const std::string folder = world.here("/var/lib/acme");
  RelayWorld::write(folder + "/certs/abc/key", "key", 0600);
  RelayWorld::set_time(folder + "/certs/abc/key", 1'700'000'001);
  fs::create_directories(folder + "/live");
  fs::create_symlink("../certs/abc", folder + "/live/x");
  fs::create_hard_link(folder + "/certs/abc/key", folder + "/certs/abc/kez");
  Taken taken;
  DiskTree tree(world.folder.path("here"), taking(taken));
  tree.put_path("/var/lib/acme");
  tree.put_path("/var/lib/nothing");
  REQUIRE(tree.error() == "");
  std::vector<std::string> lines;
  for (const Entry& entry : taken.entries) {
    lines.push_back(entry.name + " " + entry.target);
  }
  CHECK(lines == std::vector<std::string>{
                     "var/lib/acme ", "var/lib/acme/certs ",
                     "var/lib/acme/certs/abc ", "var/lib/acme/certs/abc/key ",
                     "var/lib/acme/certs/abc/kez var/lib/acme/certs/abc/key",
                     "var/lib/acme/live ", "var/lib/acme/live/x ../certs/abc"});
  const Entry& key = taken.entries[3];
  CHECK(key.mode == 0600);
  CHECK(key.modified == 1'700'000'001);
  CHECK(key.nanoseconds == 123456789);
  CHECK(key.size == 3);
}

TEST_CASE("a root that is a link is what it leads to") {
  const RelayWorld world;
  RelayWorld::write(world.here("/srv/archive/cert1.pem"), "certificate");
  fs::create_directories(world.here("/srv/live"));
  fs::create_symlink("../archive/cert1.pem", world.here("/srv/live/cert.pem"));
  Taken taken;
  DiskTree tree(world.folder.path("here"), taking(taken));
  tree.put_path("/srv/live/cert.pem");
  CHECK(taken.texts.at("srv/live/cert.pem") == "certificate");
}

TEST_CASE("who cannot be read is an error, who is gone is none") {
  const RelayWorld world;
  Taken taken;
  DiskTree tree(world.folder.path("here"),
                taking(taken, [&](const Entry& entry) {
                  // Everything behind it goes.
                  if (entry.name == "etc/chatmail") {
                    fs::remove_all(world.here("/etc/chatmail"));
                  }
                }));
  tree.put_path("/etc/chatmail");
  CHECK(tree.error() == "");
  DiskTree other(world.folder.path("here"),
                 [](archive_entry&, Content&) { return std::string("full"); });
  other.put_path("/etc/dkimkeys");
  CHECK(other.error() == "full");
}

TEST_CASE("a file that grows while it is read has one size") {
  const RelayWorld world;
  const std::string path = world.here("/var/lib/chatmail/journal");
  RelayWorld::write(path, "first");
  std::uint64_t told = 0;
  std::string text;
  DiskTree tree(world.folder.path("here"),
                [&](archive_entry& one, Content& content) {
                  const Entry entry = moving::entry_of(one);
                  if (entry.type != EntryType::kFile) return std::string();
                  std::ofstream(path, std::ios::app) << " and more";
                  told = entry.size;
                  std::string error;
                  text = moving::read_small(content, error).value_or(error);
                  return std::string();
                });
  tree.put_path("/var/lib/chatmail");
  CHECK(text == "first");
  CHECK(told == text.size());
}

TEST_CASE("a large file is read in pieces, as long as it was") {
  const RelayWorld world;
  const std::string path = world.here("/var/lib/chatmail/large");
  const std::string octets(moving::kWholeFile + 5, 'x');
  RelayWorld::write(path, octets);
  std::uint64_t got = 0;
  DiskTree tree(world.folder.path("here"),
                [&](archive_entry& one, Content& content) {
                  if (moving::entry_of(one).type != EntryType::kFile) {
                    return std::string();
                  }
                  std::ofstream(path, std::ios::app) << "more";
                  while (true) {
                    const auto piece = content.next();
                    if (!piece || piece->empty()) return std::string();
                    got += piece->size();
                  }
                });
  tree.put_path("/var/lib/chatmail");
  CHECK(got == octets.size());
}

TEST_CASE("a message that changes its name meanwhile is there once") {
  // At each entry in turn the message in new is seen by its user, and the one
  // in cur gets another flag.
  const RelayWorld counting;
  Taken all;
  DiskTree first(counting.folder.path("here"), taking(all));
  moving::put_mailboxes(first, test::kMailboxes);
  for (std::size_t moment = 0; moment < all.entries.size(); ++moment) {
    CAPTURE(moment);
    const RelayWorld world;
    std::size_t count = 0;
    Taken taken;
    const auto move = [&](const std::string& from, const std::string& to) {
      std::error_code ignored;
      fs::rename(world.mailbox("ann@_x.example", from),
                 world.mailbox("ann@_x.example", to), ignored);
    };
    DiskTree tree(world.folder.path("here"), taking(taken, [&](const Entry&) {
                    if (count++ != moment) return;
                    move("new/1.M1.host", "cur/1.M1.host:2,S");
                    move("cur/2.M2.host:2,S", "cur/2.M2.host:2,RS");
                  }));
    moving::put_mailboxes(tree, test::kMailboxes);
    REQUIRE(tree.error() == "");
    std::multiset<std::string> texts;
    for (const auto& [name, text] : taken.texts) {
      if (name.starts_with(kAnn + "/new/") ||
          name.starts_with(kAnn + "/cur/")) {
        texts.insert(text);
      }
    }
    CHECK(texts == std::multiset<std::string>{"new of ann@_x.example",
                                              "read of ann@_x.example"});
  }
}

TEST_CASE("a message that is expunged meanwhile is no error") {
  const RelayWorld world;
  Taken taken;
  DiskTree tree(
      world.folder.path("here"), taking(taken, [&](const Entry& entry) {
        if (entry.name == kAnn + "/new") {
          fs::remove(world.mailbox("ann@_x.example", "new/1.M1.host"));
        }
        if (entry.name == kAnn + "/cur") {
          fs::remove_all(world.mailbox("bob@_x.example"));
        }
      }));
  moving::put_mailboxes(tree, test::kMailboxes);
  REQUIRE(tree.error() == "");
  CHECK_FALSE(taken.has(kAnn + "/new/1.M1.host"));
  CHECK(taken.has(kAnn + "/password"));
}

TEST_CASE("a message that goes to another folder meanwhile is not lost") {
  const RelayWorld world;
  for (const char* const name : {".Sent/new", ".Sent/cur", ".Sent/tmp"}) {
    fs::create_directories(world.mailbox("ann@_x.example", name));
  }
  RelayWorld::write(world.mailbox("ann@_x.example", ".Sent/cur/5.M5.host:2,"),
                    "moved");
  Taken taken;
  DiskTree tree(
      world.folder.path("here"), taking(taken, [&](const Entry& entry) {
        // The inbox was read, .Sent not yet.
        if (entry.name == kAnn + "/.Sent") {
          fs::rename(world.mailbox("ann@_x.example", ".Sent/cur/5.M5.host:2,"),
                     world.mailbox("ann@_x.example", "cur/6.M6.host:2,"));
        }
      }));
  moving::put_mailboxes(tree, test::kMailboxes);
  CHECK(taken.texts.at(kAnn + "/cur/6.M6.host:2,") == "moved");
}

TEST_CASE("Dovecot's list of UIDs comes after the messages") {
  const RelayWorld world;
  Taken taken;
  DiskTree tree(world.folder.path("here"), taking(taken));
  moving::put_mailboxes(tree, test::kMailboxes);
  std::size_t message = 0;
  std::size_t list = 0;
  for (std::size_t i = 0; i < taken.entries.size(); ++i) {
    if (taken.entries[i].name == kAnn + "/cur/2.M2.host:2,S") message = i;
    if (taken.entries[i].name == kAnn + "/dovecot-uidlist") list = i;
  }
  CHECK(message < list);
}

TEST_CASE("a message that goes on in the queue meanwhile is there once") {
  const std::vector<std::string> places = {"maildrop/Q1", "incoming/Q1",
                                           "active/Q1", "deferred/Q/Q1"};
  for (std::size_t from = 0; from < places.size(); ++from) {
    for (std::size_t to = 0; to < places.size(); ++to) {
      for (std::size_t moment = 0; moment < 8; ++moment) {
        CAPTURE(from, to, moment);
        const test::TemporaryDirectory root;
        const std::string queue = root.path("var/spool/postfix/");
        for (const char* const name :
             {"maildrop", "incoming", "active", "deferred/Q"}) {
          fs::create_directories(queue + name);
        }
        RelayWorld::write(queue + places[from], "one", 0700);
        std::size_t count = 0;
        Taken taken;
        DiskTree tree(root.path(), taking(taken, [&](const Entry&) {
                        if (count++ == moment) {
                          fs::rename(queue + places[from], queue + places[to]);
                        }
                      }));
        moving::put_queue(tree);
        REQUIRE(tree.error() == "");
        std::size_t found = 0;
        for (const auto& [name, text] : taken.texts) found += text == "one";
        // Nothing of Postfix goes back to maildrop or from active to incoming
        // without having been seen.
        if (to >= from || from == 3) CHECK(found == 1);
        CHECK(found <= 1);
      }
    }
  }
}
