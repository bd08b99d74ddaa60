#include "deploy/services/sweep/printer.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

// A stream into a string.
class Stream {
 public:
  Stream() : file_(open_memstream(&text_, &size_)) {}
  ~Stream() {
    std::fclose(file_);
    std::free(text_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  std::FILE* file() const { return file_; }
  std::string text() const {
    std::fflush(file_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* file_;
};

}  // namespace

TEST_CASE("what threads say comes out in the order of the mailboxes") {
  const Stream out;
  const Stream err;
  {
    sweep::Printer printer({out.file(), err.file(), false}, 4);
    printer.print(2, {"two ", {}});
    CHECK(out.text().empty());
    printer.print(0, {"zero ", "wrong"});
    CHECK(out.text() == "zero ");
    printer.print(1, {});
    CHECK(out.text() == "zero two ");
    printer.print(3, {"three", {}});
  }
  CHECK(out.text() == "zero two three");
  CHECK(err.text() == "wrong");
}

TEST_CASE("threads may all print at once") {
  const Stream out;
  const Stream err;
  constexpr std::size_t count = 2000;
  std::string expected;
  {
    sweep::Printer printer({out.file(), err.file(), true}, count);
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&printer, thread] {
        for (std::size_t i = thread; i < count; i += 4) {
          printer.print(i, {std::to_string(i) + "\n", {}});
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  for (std::size_t i = 0; i < count; ++i) expected += std::to_string(i) + "\n";
  CHECK(out.text() == expected);
}

TEST_CASE("the progress is a line that is gone at the end") {
  const Stream out;
  const Stream err;
  {
    sweep::Printer printer({out.file(), err.file(), true}, 3);
    printer.print(0, {});
    CHECK(err.text() == "\r1 of 3 mailboxes");
    // Before anything else is said there.
    printer.print(1, {{}, "wrong\n"});
    CHECK(err.text() == "\r1 of 3 mailboxes\r\x1b[Kwrong\n");
  }
  CHECK(out.text().empty());
}
