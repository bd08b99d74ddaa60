#pragma once

// The one thread in which a connection lives.

#include <functional>

namespace dict {

class Loop {
 public:
  virtual ~Loop() = default;
  virtual bool is_current() const = 0;
  // Has `task` run in the loop's thread, soon; from any thread.  After the
  // loop's end it is dropped.
  virtual void post(std::function<void()> task) = 0;
};

}  // namespace dict
