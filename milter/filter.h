#pragma once

// The filter as libmilter sees it: the callbacks, and smfi_main() in a thread
// of its own.
//
// A reply from the body callback would be lost and hang the client, so there
// is none, and no SMFIS_SKIP.

#include <libmilter/mfapi.h>

#include <semaphore>
#include <string>
#include <thread>

#include "daemon/signals.h"
#include "daemon/socket_place.h"
#include "milter/engine.h"
#include "milter/shared.h"

namespace milter {

// libmilter's callbacks, and what is agreed with the MTA.  `shared` outlives
// every session.
smfiDesc filter_description(Shared& shared);

// One per process: libmilter has one socket and one main loop.
class Filter final : public Engine {
 public:
  Filter(Shared& shared, daemons::Signals& signals)
      : shared_(shared), signals_(signals) {}
  ~Filter() override;

  std::string open(const daemons::SocketPlace& place,
                   const daemons::SocketAccess& access) override;
  // Returns when libmilter's loop cannot take a signal from the main thread
  // any more.  When it ends, `signals` gets a stop.
  void start() override;
  void close_door() override;
  bool stop() override;

 private:
  void start_loop();

  Shared& shared_;
  daemons::Signals& signals_;
  daemons::SocketPlace place_;
  std::string hidden_path_;         // where the socket is after close_door()
  std::binary_semaphore ended_{0};  // libmilter's loop has returned
  std::thread thread_;
};

}  // namespace milter
