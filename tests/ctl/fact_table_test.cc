#include "deploy/ctl/fact_table.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace ctl {
namespace {

TEST_CASE("rules/README.md has every fact, as the code has it") {
  std::ifstream file(CHATMILTER_SOURCE_DIR "/rules/README.md");
  std::ostringstream readme;
  readme << file.rdbuf();
  CHECK(readme.str().ends_with("\n" + fact_table()));
}

}  // namespace
}  // namespace ctl
