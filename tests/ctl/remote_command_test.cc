#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;

namespace {

// Another host: ssh runs what it is given in a shell here, and notes to whom
// it would have gone.  There, id and chatmail are what the test makes them.
struct FarWorld : test::CommandWorld {
  FarWorld() {
    for (const char* const name :
         {"sh", "cat", "mktemp", "rm", "mkdir", "mv"}) {
      program(name, std::string("exec /bin/") + name + " \"$@\"");
    }
    program("ssh",
            "place=; line=; for word; do place=$line; line=$word; done\n"
            "echo \"$place\" >> " +
                directory.path("places") + "\nexec /bin/sh -c \"$line\"");
    program("id", "echo 0");
    program("chatmail", "printf '%s|' \"$@\"; echo; echo 'note: n' >&2");
    write("chatmail.ini", "[params]\nmail_domain = a.example\n");
  }
};

TEST_CASE("a command goes there with its words, but for the host") {
  FarWorld world;
  CHECK(world.run({"status", "--ssh-host", "b.example", "--json"}) == 0);
  CHECK(world.out.str() == "status|--json|\n");
  CHECK(world.err.str() == "note: n\n");
  CHECK(world.run({"test", "--config", "/a 'b' $HOME", "--ssh-host=me@b"}) ==
        0);
  CHECK(world.out.str() == "test|--config|/a 'b' $HOME|\n");
  CHECK(world.read("places") == "root@b.example\nroot@b.example\nme@b\nme@b\n");
}

TEST_CASE("the exit status there is ours, and control octets are not") {
  FarWorld world;
  world.program("chatmail", "printf 'a\\033]0;b\\n'; exit 1");
  CHECK(world.run({"queue", "--ssh-host", "b.example"}) == 1);
  CHECK(world.out.str() == "a?]0;b\n");
}

TEST_CASE("what stands in the way is told before anything runs there") {
  struct Row {
    const char* program;
    const char* script;
    const char* what;
    const char* remedy;
  };
  const Row rows[] = {
      {"id", "echo 1000", "root@b.example is not root there", "root@HOST"},
      {"ssh", "echo 'Permission denied (publickey).' >&2; exit 255",
       "b.example does not let us in without a password",
       "ssh-copy-id root@b.example"},
      {"ssh", "echo 'This account is for file transfer only.'",
       "root@b.example gives no shell: This account",
       "Try by hand: ssh root@b.example"}};
  for (const Row& row : rows) {
    for (const char* const command : {"status", "run"}) {
      CAPTURE(row.what, command);
      FarWorld world;
      world.program(row.program, row.script);
      world.program("chatmail", "echo ran");
      CHECK(world.run({command, "--ssh-host", "b.example"}) ==
            ctl::kExitUnusable);
      const std::string said = world.out.str() + world.err.str();
      CHECK_THAT(said, Contains(row.what));
      CHECK_THAT(said, Contains(row.remedy));
      CHECK_THAT(said, !Contains("ran\n"));
    }
  }
}

TEST_CASE("a host without our programs is told how to get them") {
  FarWorld world;
  std::filesystem::remove(world.directory.path("bin/chatmail"));
  CHECK(world.run({"status", "--ssh-host", "b.example"}) == ctl::kExitUnusable);
  CHECK_THAT(world.err.str(),
             Contains("chatmilter is not installed on root@b.example") &&
                 Contains("--ssh-host root@b.example --package"));
  CHECK(world.run({"run", "--ssh-host", "b.example", "--dry-run"}) ==
        ctl::kExitUnusable);
  CHECK_THAT(world.out.str(), Contains("a dry run installs nothing"));
}

TEST_CASE("a dry run there has its settings in a folder that goes again") {
  FarWorld world;
  world.program("mktemp", "/bin/mkdir " + world.directory.path("there") +
                              "; echo " + world.directory.path("there"));
  world.program("chatmail", "printf '%s|' \"$@\"; echo; /bin/cat \"$5\"");
  CHECK(world.run({"run", "--ssh-host", "b.example", "--dry-run",
                   "--skip-dns-check"}) == 0);
  CHECK_THAT(world.out.str(),
             Contains("run|--dry-run|--skip-dns-check|--config|" +
                      world.directory.path("there") + "/chatmail.ini|\n" +
                      world.read("chatmail.ini")));
  CHECK_FALSE(std::filesystem::exists(world.directory.path("there")));
}

TEST_CASE("a package that is installed there is told while it is") {
  FarWorld world;
  world.write("a.deb", "");
  world.program("apt-get",
                "echo 'pmstatus:postfix:45.5:Unpacking postfix (amd64)' >&3");
  // The package itself is put nowhere.
  world.program("sh",
                "case $2 in *umask*) exit 0 ;; esac; exec /bin/sh \"$@\"");
  world.surroundings.rewrites = true;
  const std::vector<std::string> words = {"run", "--ssh-host", "b.example",
                                          "--package",
                                          world.directory.path("a.deb")};
  world.run(words);
  CHECK_THAT(world.out.str(),
             Contains("\r\033[K  installing, 45 %: Unpacking postfix"));
  world.surroundings.rewrites = false;
  world.run(words);
  CHECK_THAT(world.out.str(), !Contains("Unpacking"));
}

TEST_CASE("options that contradict each other are refused") {
  FarWorld world;
  world.write("a.deb", "");
  const std::string package = world.directory.path("a.deb");
  struct Row {
    std::vector<std::string> words;
    const char* part;
  };
  for (const Row& row : std::vector<Row>{
           {{"run", "--package", package}, "--package is for --ssh-host"},
           {{"run", "--ssh-host", "b", "--root", "/tmp"}, "of this host"},
           {{"run", "--ssh-host", "b", "--package", "/no.deb"},
            "/no.deb: No such file"},
           {{"run", "--ssh-host", "-oProxyCommand=x"}, "is no host"},
           {{"status", "--ssh-host", "a b"}, "is no host"}}) {
    CAPTURE(row.part);
    CHECK(world.run(row.words) == ctl::kExitUnusable);
    CHECK_THAT(world.err.str(), Contains(row.part));
  }
}

TEST_CASE("without settings here those of that host are meant") {
  FarWorld world;
  std::filesystem::remove(world.directory.path("chatmail.ini"));
  CHECK(world.run({"run", "--ssh-host", "b.example"}) == 0);
  CHECK_THAT(world.out.str(), Contains("run|\n"));
  CHECK(world.run({"run", "--ssh-host", "b.example", "--config",
                   "/no/such.ini"}) == ctl::kExitUnusable);
}

}  // namespace
