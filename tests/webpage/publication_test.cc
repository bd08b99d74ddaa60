#include "deploy/webpage/publication.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/daemon/temporary_directory.h"

namespace {

std::string octets_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("only what differs is written, and what is not of the site stays") {
  const test::TemporaryDirectory folder;
  const std::string out = folder.path() + "/www";
  webpage::Site site;
  site.files = {{"index.html", "one"}, {"a/b.css", "two"}};
  using Names = std::vector<std::string>;

  CHECK(webpage::publish(site, out, true).written ==
        Names{"index.html", "a/b.css"});
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(webpage::publish(site, out, false).written ==
        Names{"index.html", "a/b.css"});
  CHECK(octets_of(out + "/a/b.css") == "two");
  struct stat status {};
  REQUIRE(stat((out + "/index.html").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0644);

  std::ofstream(out + "/challenge") << "theirs";
  CHECK(webpage::publish(site, out, false).written.empty());
  site.files[0].octets = "changed";
  CHECK(webpage::publish(site, out, false).written == Names{"index.html"});
  CHECK(octets_of(out + "/index.html") == "changed");
  CHECK(octets_of(out + "/challenge") == "theirs");
}

TEST_CASE("a folder that cannot be written is told") {
  const test::TemporaryDirectory folder;
  std::ofstream(folder.path() + "/file") << "x";
  webpage::Site site;
  site.files = {{"index.html", "one"}};
  CHECK_FALSE(
      webpage::publish(site, folder.path() + "/file/www", false).error.empty());
}
