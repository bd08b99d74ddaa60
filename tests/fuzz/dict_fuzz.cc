// A dict client's octets have the same answers in any chunks, and every lookup,
// iteration and commit has exactly one.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "deploy/services/dict/limits.h"
#include "tests/fuzz/check.h"
#include "tests/services/dict/memory_service.h"
#include "tests/services/dict/session_world.h"

namespace {

std::string answers_to(std::string_view octets, std::size_t chunk) {
  test::MemoryService service;
  service.values[{"", "shared/many"}] = {"one", "two"};
  test::SessionWorld world(service);
  std::string answers;
  while (!octets.empty()) {
    const std::size_t size = std::min(chunk, octets.size());
    world.session->receive(octets.substr(0, size));
    octets.remove_prefix(size);
    for (std::string more = world.take(); !more.empty(); more = world.take()) {
      answers += more;
    }
  }
  fuzz::check(!world.session->owes(), "a service that answers owes nothing");
  return answers;
}

// Lines that end an answer: all but the rows of an iteration.
std::size_t count_answers(std::string_view octets) {
  test::SlowService service;
  test::SessionWorld world(service);
  std::size_t answers = 0;
  const auto give = [&] {
    while (!service.replies.empty()) {
      dict::Reply reply = std::move(service.replies.front());
      service.replies.pop_front();
      reply.done();
    }
    const std::string given = world.take();
    answers +=
        static_cast<std::size_t>(std::count(given.begin(), given.end(), '\n'));
  };
  world.session->receive(octets);
  while (world.session->owes()) give();
  give();
  return answers;
}

std::size_t count_requests(std::string_view octets) {
  std::size_t requests = 0;
  std::size_t end = 0;
  while ((end = octets.find('\n')) != std::string_view::npos) {
    if (dict::wants_answer(dict::kind_of(octets.substr(0, end)))) ++requests;
    octets.remove_prefix(end + 1);
  }
  return requests;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  if (size == 0) return 0;
  // The first octet says how the rest is cut.
  const std::size_t chunk = std::size_t{octets[0]} + 1;
  const std::string text(reinterpret_cast<const char*>(octets) + 1, size - 1);
  fuzz::check(answers_to(text, chunk) == answers_to(text, text.size() + 1),
              "any chunks have the same answers");
  // A commit may be quiet, and is the only thing a service hears of without
  // having to answer.
  if (text.find('D') == std::string::npos) {
    fuzz::check(count_answers(text) == count_requests(text),
                "one answer for each request");
  }
  return 0;
}
