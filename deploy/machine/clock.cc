#include "deploy/machine/clock.h"

#include <sys/timex.h>

namespace machine {

bool is_clock_kept() {
  timex state{};
  const int status = adjtimex(&state);
  return status >= 0 && status != TIME_ERROR &&
         (state.status & STA_UNSYNC) == 0;
}

}  // namespace machine
