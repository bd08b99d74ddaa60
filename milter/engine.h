#pragma once

// What speaks the milter protocol with Postfix: our own engine or libmilter
// (`milter_engine`).  Both bring the same words to a Conversation, and each is
// the other's oracle in the tests.

#include <memory>
#include <string>
#include <string_view>

#include "daemon/signals.h"
#include "daemon/socket_place.h"
#include "milter/shared.h"

namespace milter {

class Engine {
 public:
  Engine() = default;
  virtual ~Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Makes the socket.  What went wrong, or "".
  virtual std::string open(const daemons::SocketPlace& place,
                           const daemons::SocketAccess& access) = 0;
  // Takes connections from now on, in threads of its own.
  virtual void start() = 0;
  // No new sessions: the socket loses its name.
  virtual void close_door() = 0;
  // Sessions that are left lose their connection.  False when a thread may
  // still be in one: what it uses must not be taken apart below it.
  virtual bool stop() = 0;
};

// `name` is "native" or "libmilter".  Of the latter there can be one in a
// process; it sends `signals` a stop when it ends by itself.
std::unique_ptr<Engine> make_engine(std::string_view name, Shared& shared,
                                    daemons::Signals& signals);

}  // namespace milter
