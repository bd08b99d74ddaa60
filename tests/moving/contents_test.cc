#include "deploy/moving/contents.h"

#include <catch2/catch.hpp>

#include "tests/daemon/temporary_directory.h"

using moving::Contents;
using moving::Entry;
using moving::EntryType;

namespace {

// A text that comes in pieces of a size.
class Cut : public moving::Content {
 public:
  Cut(std::string text, std::size_t size)
      : text_(std::move(text)), size_(size) {}
  std::optional<std::string_view> next() override {
    const auto piece = std::string_view(text_).substr(place_, size_);
    place_ += piece.size();
    return piece;
  }
  std::string why() const override { return {}; }

 private:
  std::string text_;
  std::size_t size_;
  std::size_t place_ = 0;
};

const std::vector<std::string> kLines = {
    "aa f 0600 vmail vmail 1.000000000 5 home/a\n",
    "bb f 0600 vmail vmail 1.000000000 5 home/b\n",
    "- d 0700 vmail vmail 1.000000000 0 home/c\n"};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  moving::Checksum sum;
  for (const std::string& line : lines) {
    text += line;
    sum.add(line);
  }
  return text + sum.hex() + "\n";
}

struct Compared {
  bool equal = false;
  std::string difference;
};

Compared compare(const std::string& other, std::size_t size) {
  const test::TemporaryDirectory folder;
  Contents contents(folder.path());
  for (const std::string& line : kLines) REQUIRE(contents.add(line) == "");
  Cut cut(other, size);
  Compared result;
  std::string error;
  result.equal = contents.equals(cut, result.difference, error);
  CHECK(error == "");
  return result;
}

}  // namespace

TEST_CASE("a list equals itself however it is cut, and nothing else") {
  const std::string whole = joined(kLines);
  auto changed = kLines;
  changed[1][0] = 'x';
  // Pieces that end in lines, at their ends, and in the last one.
  for (std::size_t size = 1; size <= whole.size(); size += 1 + size / 4) {
    CAPTURE(size);
    CHECK(compare(whole, size).equal);
    CHECK_FALSE(compare(whole.substr(0, whole.size() - 1), size).equal);
    CHECK_FALSE(compare(whole + "x", size).equal);
    CHECK_FALSE(compare("", size).equal);
    const Compared other = compare(joined(changed), size);
    CHECK_FALSE(other.equal);
    CHECK(other.difference == "home/b");
    // A list that says something else of itself.
    std::string last = whole;
    last[last.size() - 2] = last[last.size() - 2] == '0' ? '1' : '0';
    CHECK_FALSE(compare(last, size).equal);
  }
}

TEST_CASE("a line says all that a restore would do") {
  Entry entry{.name = "home/a b\\c\n",
              .type = EntryType::kFile,
              .mode = 0640,
              .owner = "vmail",
              .modified = 17,
              .nanoseconds = 5,
              .size = 3};
  CHECK(moving::contents_line(entry, "ab") ==
        "ab f 0640 vmail - 17.000000005 3 home/a\\040b\\134c\\012\n");
  entry.type = EntryType::kLink;
  entry.target = "../x";
  entry.size = 0;
  CHECK(moving::contents_line(entry, "") ==
        "- l 0640 vmail - 17.000000005 0 home/a\\040b\\134c\\012 -> ../x\n");
}

TEST_CASE("a folder that takes no file is told") {
  Contents contents("/nonexistent");
  CHECK(contents.rewind() != "");
}
