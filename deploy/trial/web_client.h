#pragma once

// One request to the relay's web server.

#include <string>

#include "deploy/trial/connection.h"

namespace trial {

struct WebAnswer {
  int status = 0;
  std::string body;
  std::string error;  // not empty: there was no answer
};

// HTTP/1.0, so that the body is what comes until the server closes.
WebAnswer ask_web(const Endpoint& endpoint, const std::string& method,
                  const std::string& path,
                  const Opener& opener = &Connection::open);

}  // namespace trial
