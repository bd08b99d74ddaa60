#pragma once

// A Connection whose other side is a script: what is to be read, and all that
// was written.

#include <memory>
#include <string>

#include "deploy/trial/connection.h"

namespace test {

// Outlives its connections.
struct Script {
  std::string says;     // all that the server will say
  std::string heard{};  // all that was written to it
  int times_tls = 0;
  std::string refuses_tls{};  // what start_tls() fails with

  trial::Opener opener() {
    return [this](const trial::Endpoint&, std::string&) { return open(); };
  }
  std::unique_ptr<trial::Connection> open();
};

}  // namespace test
