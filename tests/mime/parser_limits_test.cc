// Input made to be costly: the parser goes on, tells the limit by name, and
// holds a bounded state.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include "mime/parser.h"
#include "tests/mime/parse_whole.h"

namespace {

// Octets allocated by operator new and not yet freed, and the most of them.
std::size_t g_allocated = 0;
std::size_t g_most_allocated = 0;

}  // namespace

namespace {

constexpr std::size_t kPrefix = alignof(std::max_align_t);

void* allocate(std::size_t size) noexcept {
  void* block = std::malloc(size + kPrefix);
  if (block == nullptr) return nullptr;
  *static_cast<std::size_t*>(block) = size;
  g_allocated += size;
  g_most_allocated = std::max(g_most_allocated, g_allocated);
  return static_cast<char*>(block) + kPrefix;
}

void release(void* pointer) noexcept {
  if (pointer == nullptr) return;
  void* block = static_cast<char*>(pointer) - kPrefix;
  g_allocated -= *static_cast<std::size_t*>(block);
  std::free(block);
}

}  // namespace

// Counted for the whole program; the tests look at differences.
void* operator new(std::size_t size) {
  void* pointer = allocate(size);
  if (pointer == nullptr) throw std::bad_alloc();
  return pointer;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size);
}
void operator delete(void* pointer) noexcept { release(pointer); }
void operator delete[](void* pointer) noexcept { release(pointer); }
void operator delete(void* pointer, std::size_t) noexcept { release(pointer); }
void operator delete[](void* pointer, std::size_t) noexcept {
  release(pointer);
}
void operator delete(void* pointer, const std::nothrow_t&) noexcept {
  release(pointer);
}
void operator delete[](void* pointer, const std::nothrow_t&) noexcept {
  release(pointer);
}

namespace {

using mime::Defect;
using mime::DefectSet;
using mime::Parser;

// Counts, and holds nothing.
class Counter : public mime::Sink {
 public:
  void header_field(int, const mime::HeaderField&) override { ++fields; }
  bool part_begin(const mime::PartInfo& part) override {
    ++parts;
    deepest = std::max(deepest, part.depth);
    return true;
  }
  void body(std::string_view octets) override { body_octets += octets.size(); }
  void preamble(int, std::string_view octets) override {
    outside_octets += octets.size();
  }
  void epilogue(int, std::string_view octets) override {
    outside_octets += octets.size();
  }
  void part_end(int) override { ++ends; }
  void defect(int, Defect defect) override { defects.add(defect); }

  std::size_t fields = 0;
  std::size_t parts = 0;
  std::size_t ends = 0;
  std::size_t body_octets = 0;
  std::size_t outside_octets = 0;
  int deepest = 0;
  DefectSet defects;
};

struct Outcome {
  Counter counter;
  std::size_t held = 0;     // the most that was allocated while it was parsed
  std::size_t at_rest = 0;  // allocated when all octets but the last are in
};

// Feeds `head`, then `times` times `repeated`, then `tail`.
Outcome parse(const std::string& head, const std::string& repeated,
              std::size_t times, const std::string& tail) {
  Outcome outcome;
  const std::size_t before = g_allocated;
  g_most_allocated = before;
  {
    Parser parser(outcome.counter);
    parser.write(head);
    for (std::size_t i = 0; i < times; ++i) parser.write(repeated);
    parser.write(tail);
    outcome.at_rest = g_allocated - before;
    parser.end();
  }
  outcome.held = g_most_allocated - before;
  CHECK(g_allocated == before);
  CHECK(outcome.counter.parts == outcome.counter.ends);
  return outcome;
}

const std::string kMixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

TEST_CASE("A parser at rest holds next to nothing") {
  CHECK(sizeof(Parser) <= 1024);
  Counter counter;
  const std::size_t before = g_allocated;
  const Parser parser(counter);
  CHECK(g_allocated - before <= 1024);
}

TEST_CASE("Ten thousand nested parts stop at the deepest allowed") {
  std::string message;
  for (int i = 0; i < 10'000; ++i) {
    const std::string boundary = "x" + std::to_string(i) + "y";
    message += "Content-Type: multipart/mixed; boundary=" + boundary +
               "\r\n\r\n--" + boundary + "\r\n";
  }
  const Outcome outcome = parse(message, "", 0, "");
  CHECK(outcome.counter.defects.contains(Defect::kTooDeep));
  CHECK(outcome.counter.deepest == 16);
  CHECK(outcome.counter.parts == 17);
  CHECK(outcome.held < 64 * 1024);
}

TEST_CASE("Of fifty thousand header fields a thousand are told") {
  const Outcome outcome =
      parse("", "X-Field: some value\r\n", 50'000, "\r\nbody");
  CHECK(outcome.counter.defects.contains(Defect::kTooManyHeaderFields));
  CHECK(outcome.counter.defects.contains(Defect::kHeaderSectionTooLarge));
  CHECK(outcome.counter.fields == 1'000);
  CHECK(outcome.counter.body_octets == 4);
  CHECK(outcome.held < 16 * 1024);
}

TEST_CASE("A header line of one megabyte is not held") {
  const Outcome outcome = parse("A: b\r\nX: ", std::string(1024, 'x'), 1024,
                                "\r\nC: d\r\n\r\nbody");
  CHECK(outcome.counter.defects.contains(Defect::kHeaderFieldTooLarge));
  CHECK(outcome.counter.defects.contains(Defect::kHeaderSectionTooLarge));
  CHECK(outcome.counter.fields == 1);
  CHECK(outcome.counter.body_octets == 4);
  CHECK(outcome.held < 512 * 1024);
  CHECK(outcome.at_rest < 1024);
}

TEST_CASE("A field at the limit is told and one octet more is not") {
  mime::Limits limits;
  limits.field_octets = 20;
  for (const std::size_t chunk : {0, 1, 7}) {
    CAPTURE(chunk);
    const std::string at_limit = "A: " + std::string(15, 'x') + "\r\n\r\n";
    CHECK(mime::trace_of(at_limit, chunk, limits).find("defect") ==
          std::string::npos);
    const std::string above = "A: " + std::string(16, 'x') + "\r\n\r\n";
    CHECK(mime::trace_of(above, chunk, limits) ==
          "0 defect header-field-too-large\n"
          "0 begin 0 text/plain 7bit\n0 end\n");
  }
}

TEST_CASE("A megabyte without a colon is body, and held nowhere") {
  const Outcome outcome = parse("", std::string(1024, 'x'), 1024, "");
  CHECK(outcome.counter.defects.contains(Defect::kUnterminatedHeaderSection));
  CHECK(outcome.counter.defects.contains(Defect::kLineTooLong));
  CHECK(outcome.counter.body_octets == 1024 * 1024);
  CHECK(outcome.held < 16 * 1024);
}

TEST_CASE("Behind a thousand parts the rest is epilogue") {
  const Outcome outcome =
      parse(kMixed, "--b\r\nA: b\r\n\r\nx\r\n", 200'000, "--b--\r\n");
  CHECK(outcome.counter.defects.contains(Defect::kTooManyParts));
  CHECK_FALSE(outcome.counter.defects.contains(Defect::kMissingFinalBoundary));
  CHECK(outcome.counter.parts == 1'001);
  CHECK(outcome.counter.body_octets == 1'000);
  CHECK(outcome.counter.outside_octets > 199'000U * 14);
  CHECK(outcome.held < 16 * 1024);
}

TEST_CASE("A body of NULs, of line ends, of dashes, of one line is not held") {
  const std::string begin = kMixed + "--b\r\n\r\n";
  for (const std::string& octets :
       {std::string(4096, '\0'), std::string(4096, '\n'),
        std::string(4096, '\r'), std::string(4096, '-'),
        std::string(4096, ' ')}) {
    const Outcome outcome = parse(begin, octets, 2048, "\r\n--b--\r\n");
    CHECK(outcome.counter.body_octets == octets.size() * 2048);
    CHECK(outcome.held < 16 * 1024);
  }
}

TEST_CASE("Lines that may be boundaries are held up to their limit only") {
  const std::string boundary(70, 'b');
  const std::string begin =
      "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" +
      boundary + "\r\n\r\n";
  const Outcome outcome =
      parse(begin, "\r\n--" + boundary + std::string(2048, ' '), 1024, "\r\n");
  CHECK(outcome.counter.defects.contains(Defect::kAmbiguousBoundaryLine));
  CHECK(outcome.held < 16 * 1024);
}

TEST_CASE("Encoded bodies are decoded without being held") {
  for (const std::string encoding : {"base64", "quoted-printable"}) {
    for (const std::string& octets :
         {std::string(4096, 'A'), std::string(4096, '='),
          std::string(4096, ' '), std::string(4096, '\n')}) {
      CAPTURE(encoding, octets[0]);
      const Outcome outcome =
          parse("Content-Transfer-Encoding: " + encoding + "\r\n\r\n", octets,
                1024, "");
      CHECK(outcome.counter.body_octets == octets.size() * 1024);
      CHECK(outcome.held < 32 * 1024);
    }
  }
}

}  // namespace
