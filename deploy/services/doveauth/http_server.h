#pragma once

// A small HTTP server on a port of the loopback, in a thread of its own.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "deploy/services/doveauth/http_request.h"

namespace doveauth {

class HttpServer {
 public:
  // To be called once, from any thread.
  using Answer = std::function<void(HttpResponse)>;
  using Handler = std::function<void(HttpRequest, Answer)>;

  // nullptr and the reason in `error`.  Port 0 is any; see port().
  static std::unique_ptr<HttpServer> open(std::uint16_t port, Handler handler,
                                          std::string& error);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace doveauth
