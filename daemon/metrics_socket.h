#pragma once

// Counters in Prometheus' text format on a local socket, and perhaps other
// pages of text beside them:
//   curl --unix-socket PATH http://localhost/metrics
//
// One thread serves one client after the other; each has one second for its
// request of at most 8 KiB and one for the answer, so a stuck client delays
// the others and harms nothing.  A client that asks nothing within that
// second gets the text without HTTP around it.

#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "daemon/socket_place.h"

namespace daemons {

// Prometheus' text exposition of everything in the registry.
std::string exposition(const prometheus::Registry& registry);

// The text of a page, "/trace?queue-id=4X"; nullopt: there is none of that
// name.
using Pages =
    std::function<std::optional<std::string>(std::string_view target)>;

class MetricsSocket {
 public:
  // Listens and starts serving.  nullptr and the reason in `error` when it
  // cannot.  `text` is called from the socket's own thread.
  static std::unique_ptr<MetricsSocket> open(const std::string& path,
                                             const SocketAccess& access,
                                             std::function<std::string()> text,
                                             std::string& error,
                                             Pages pages = {});
  // The same at the place that a setting names, which has to be a unix socket.
  static std::unique_ptr<MetricsSocket> open_place(
      const std::string& place, const SocketAccess& access,
      std::function<std::string()> text, std::string& error, Pages pages = {});
  // Stops the thread and removes the socket.
  ~MetricsSocket();
  MetricsSocket(const MetricsSocket&) = delete;
  MetricsSocket& operator=(const MetricsSocket&) = delete;

 private:
  MetricsSocket(std::string path, int listening, int stop_pipe[2],
                std::function<std::string()> text, Pages pages);
  void serve();
  void answer(int client) const;

  std::string path_;
  int listening_;
  int stop_read_;
  int stop_write_;
  std::function<std::string()> text_;
  Pages pages_;
  std::thread thread_;
};

}  // namespace daemons
