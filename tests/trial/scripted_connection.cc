#include "tests/trial/scripted_connection.h"

#include <algorithm>
#include <string_view>

namespace test {
namespace {

class ScriptedConnection : public trial::Connection {
 public:
  explicit ScriptedConnection(Script& script) : script_(script) {}

  std::string start_tls() override {
    ++script_.times_tls;
    return script_.refuses_tls;
  }
  bool write(std::string_view octets) override {
    script_.heard += octets;
    return true;
  }
  bool read_line(std::string& line) override {
    const std::size_t end = script_.says.find("\r\n");
    if (end == std::string::npos) return fail();
    line = script_.says.substr(0, end);
    script_.says.erase(0, end + 2);
    return true;
  }
  bool read_octets(std::size_t count, std::string& octets) override {
    if (script_.says.size() < count) return fail();
    octets = script_.says.substr(0, count);
    script_.says.erase(0, count);
    return true;
  }
  bool read_rest(std::string& octets) override {
    octets.swap(script_.says);
    script_.says.clear();
    return true;
  }
  bool is_readable(std::chrono::milliseconds) override { return true; }
  const std::string& error() const override { return error_; }

 private:
  bool fail() {
    error_ = "the connection was closed";
    return false;
  }

  Script& script_;
  std::string error_;
};

}  // namespace

std::unique_ptr<trial::Connection> Script::open() {
  return std::make_unique<ScriptedConnection>(*this);
}

}  // namespace test
