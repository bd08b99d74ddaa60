#pragma once

// What a FakeRelay says in each protocol.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace test {

class FakeRelay;

class Protocol {
 public:
  virtual ~Protocol() = default;
  virtual std::string greeting() { return ""; }
  // The answer to a whole write of the client's.
  virtual std::string take(std::string_view octets) = 0;
  // What comes without being asked for, or "" after that time.
  virtual std::string wait(std::chrono::milliseconds /*patience*/) {
    return "";
  }
};

std::unique_ptr<Protocol> make_imap(FakeRelay& relay);
std::unique_ptr<Protocol> make_smtp(FakeRelay& relay);
// The web page of the domain that is asked for.
std::unique_ptr<Protocol> make_web(FakeRelay& relay, const std::string& domain);

}  // namespace test
