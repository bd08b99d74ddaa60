// memory_dict SOCKET: a dict in memory for doveadm(1), until SIGTERM.

#include <cstdio>
#include <string>
#include <thread>

#include "daemon/signals.h"
#include "daemon/socket_place.h"
#include "deploy/services/dict/server.h"
#include "tests/services/dict/memory_service.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  daemons::Signals signals;
  std::string error;
  const int listening = daemons::listen_on(argv[1], {0666, ""}, error);
  if (listening < 0) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
  }
  test::MemoryService service;
  service.values[{"", "shared/many"}] = {"one", "two\t2", "three"};
  dict::Server server;
  server.listen(listening, service);
  std::thread thread;
  {
    const daemons::BlockedSignals blocked;
    thread = std::thread([&] { server.run(); });
  }
  while (signals.wait(std::chrono::milliseconds(-1)) !=
         daemons::Signal::kStop) {
  }
  server.stop(std::chrono::seconds(1));
  thread.join();
  return 0;
}
