#include "limits/embedded_store.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/limits/store_world.h"

namespace {

using limits::LimitUse;
using limits::StoreAnswer;
using limits_test::EmbeddedWorld;

std::vector<LimitUse> day(const std::string& key, std::uint64_t cost = 1) {
  return {{key, {10, 86400, 10}, cost}};
}

bool is_spent(EmbeddedWorld& world, const std::string& key) {
  return world.look(day(key, 10)).kind == StoreAnswer::Kind::kTooMuch;
}

std::vector<std::string> files(const EmbeddedWorld& world) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(world.directory())) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string newest_journal(const EmbeddedWorld& world) {
  std::string newest;
  for (const std::string& name : files(world)) {
    if (name.starts_with("journal-")) newest = name;
  }
  REQUIRE_FALSE(newest.empty());
  return world.directory() + "/" + newest;
}

// What the directory holds at this moment, as after kill -9.
void restart_from_copy(EmbeddedWorld& from, EmbeddedWorld& to) {
  to.stop();
  std::filesystem::remove_all(to.directory());
  std::filesystem::copy(from.directory(), to.directory());
  to.restart();
}

// While it lives, no file may become larger.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t octets) {
    before_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{octets, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_handler_);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;

 private:
  rlimit before_{};
  void (*before_handler_)(int);
};

}  // namespace

TEST_CASE("One tick after a spend it survives kill -9") {
  EmbeddedWorld world;
  EmbeddedWorld copy;
  CHECK(world.spend(day("a")).kind == StoreAnswer::Kind::kGranted);
  world.tick_until([&] {
    restart_from_copy(world, copy);
    return is_spent(copy, "a");
  });
  CHECK(copy.told().empty());
}

TEST_CASE("A snapshot takes the place of the journals") {
  EmbeddedWorld world;
  for (int i = 0; i < 100; ++i) world.spend(day(std::to_string(i)));
  world.restart();  // now there is a journal of before
  world.spend(day("100"));
  world.restart();
  world.tick_until([&] { return files(world).size() == 4; });
  CHECK(files(world).at(3) == "snapshot");
  world.restart();
  for (int i = 0; i <= 100; ++i) CHECK(is_spent(world, std::to_string(i)));
  CHECK_FALSE(is_spent(world, "101"));
  CHECK(world.told().empty());
}

TEST_CASE("A journal that has grown is replaced") {
  EmbeddedWorld world;
  const std::string first = newest_journal(world);
  for (std::uint64_t i = 0; i < limits::kMinJournalOctets / 32 + 2; ++i) {
    world.spend({{"a" + std::to_string(i), {1'000'000, 1, 1'000'000}, 1}});
  }
  world.spend(day("b"));
  world.tick_until([&] { return !std::filesystem::exists(first); });
  CHECK(std::filesystem::file_size(newest_journal(world)) < 1000);
  world.restart();
  CHECK(is_spent(world, "b"));
}

TEST_CASE("What is spent from one bucket in a burst is written once") {
  EmbeddedWorld world;
  for (int i = 0; i < 1000; ++i) {
    world.spend(
        {{"cap", {10'000, 86400, 10'000}, 1}, day(std::to_string(i))[0]});
  }
  world.tick_until(
      [&] { return std::filesystem::file_size(newest_journal(world)) > 32; });
  // The header, 1,000 logins and a time; the cap some more times, where another
  // bucket took its place.
  CHECK(std::filesystem::file_size(newest_journal(world)) < 32U * 1030);
  world.restart();
  CHECK(world.look({{"cap", {10'000, 86400, 10'000}, 9'001}}).kind ==
        StoreAnswer::Kind::kTooMuch);
  CHECK(world.look({{"cap", {10'000, 86400, 10'000}, 9'000}}).kind ==
        StoreAnswer::Kind::kGranted);
}

TEST_CASE("Damage is told, and what is good counts") {
  using Path = const std::string&;
  const auto overwrite = [](Path path, int at, const char* octets) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << octets;
  };
  const struct {
    const char* what;
    // To the journal, and to the hash key.
    std::function<void(Path, Path)> damage;
    std::size_t still_spent;
  } cases[] = {
      {"the last record, the time, is cut short",
       [](Path journal, Path) {
         std::filesystem::resize_file(journal,
                                      std::filesystem::file_size(journal) - 5);
       },
       20},
      {"octets of a record are others",
       [&](Path journal, Path) { overwrite(journal, 32 * 5 + 3, "xyz"); }, 19},
      {"the header is another",
       [&](Path journal, Path) { overwrite(journal, 0, "something else"); },
       20},
      {"the file has no more than half a header",
       [](Path journal, Path) { std::filesystem::resize_file(journal, 10); },
       0},
      {"the key is another",
       [](Path, Path key) { std::ofstream(key) << "0123456789abcdef"; }, 0},
      {"the key is cut short",
       [](Path, Path key) { std::filesystem::resize_file(key, 7); }, 0},
      {"the file is a directory",
       [](Path journal, Path) {
         std::filesystem::remove(journal);
         std::filesystem::create_directory(journal);
       },
       0},
  };
  for (const auto& each : cases) {
    CAPTURE(each.what);
    EmbeddedWorld world;
    for (int i = 0; i < 20; ++i) world.spend(day(std::to_string(i)));
    world.stop();
    each.damage(newest_journal(world), world.directory() + "/hash-key");
    world.restart();
    CHECK_FALSE(world.told().empty());
    std::size_t spent = 0;
    for (int i = 0; i < 20; ++i) {
      spent += is_spent(world, std::to_string(i)) ? 1U : 0U;
    }
    CHECK(spent == each.still_spent);
    // The service works on.
    CHECK(world.spend(day("new")).kind == StoreAnswer::Kind::kGranted);
    world.restart();
    CHECK(is_spent(world, "new"));
  }
}

TEST_CASE("A full disk is told once, and limits are kept all the same") {
  EmbeddedWorld world;
  world.spend(day("before"));
  world.tick_until(
      [&] { return std::filesystem::file_size(newest_journal(world)) > 64; });
  {
    const SmallFiles small(100);
    world.spend(day("meanwhile"));
    world.tick_until([&] { return !world.told().empty(); });
    CHECK(world.told().at(0).find("File too large") != std::string::npos);
    for (int i = 0; i < 5; ++i) world.spend(day("later"));
    world.advance(60'000'000);
    for (int i = 0; i < 50; ++i) world.store().tick();
    CHECK(is_spent(world, "meanwhile"));
    CHECK(is_spent(world, "later"));
  }
  world.advance(20'000'000);
  world.tick_until([&] { return world.told().size() > 1; });
  CHECK(world.told().size() == 2);
  world.restart();
  for (const char* key : {"before", "meanwhile", "later"}) {
    CAPTURE(key);
    CHECK(is_spent(world, key));
  }
}

TEST_CASE("A clock that was set back moves the limits with it") {
  EmbeddedWorld world;
  world.spend(day("a", 10));
  const std::int64_t before = world.now();
  const auto wait = world.look(day("a")).wait;
  world.stop();
  world.set_now(before - 100'000 * std::int64_t{1'000'000});
  world.restart();
  CHECK(world.told().size() == 1);
  CHECK(world.look(day("a")).wait == wait);
}

TEST_CASE("A directory belongs to one process") {
  EmbeddedWorld world;
  limits::EmbeddedStoreOptions options;
  options.directory = world.directory();
  options.now = [] { return std::int64_t{1}; };
  options.tell = [](const std::string&) {};
  std::string error;
  CHECK(limits::EmbeddedStore::open(options, error) == nullptr);
  CHECK(error.find("another process") != std::string::npos);
  options.directory = world.directory() + "/no/such";
  CHECK(limits::EmbeddedStore::open(options, error) == nullptr);
  CHECK(error.find("No such file") != std::string::npos);
}

TEST_CASE("Files are for their owner alone") {
  EmbeddedWorld world;
  world.spend(day("a"));
  world.restart();
  for (const std::string& name : files(world)) {
    struct stat status {};
    stat((world.directory() + "/" + name).c_str(), &status);
    CHECK((status.st_mode & 0777U) == 0600U);
  }
}
