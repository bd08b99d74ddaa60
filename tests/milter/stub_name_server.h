#pragma once

// A name server for tests: answers TXT questions over UDP on loopback from a
// table, everything else with NXDOMAIN.

#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace test {

class StubNameServer {
 public:
  StubNameServer();
  ~StubNameServer();
  StubNameServer(const StubNameServer&) = delete;
  StubNameServer& operator=(const StubNameServer&) = delete;

  // Without a final dot, in lower case.
  void add(const std::string& name, const std::string& text);
  // From now on every question gets SERVFAIL.
  void fail();

  std::string address() const;  // "127.0.0.1@PORT"

 private:
  void serve();
  std::string answer(const std::string& question);

  int socket_;
  int stop_pipe_[2];
  std::mutex mutex_;
  std::map<std::string, std::string> texts_;
  bool fails_ = false;
  std::thread thread_;
};

}  // namespace test
