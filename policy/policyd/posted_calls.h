#pragma once

// What other threads want done in the thread of an event loop.

#include <functional>
#include <mutex>
#include <vector>

namespace policyd {

// asio's own post() from another thread would cost the loop two locks at each
// of its steps.  Here only the loop's thread touches the loop: it waits for
// file() to be readable, and then calls run().
class PostedCalls {
 public:
  // Throws std::system_error without a descriptor.
  PostedCalls();
  ~PostedCalls();
  PostedCalls(const PostedCalls&) = delete;
  PostedCalls& operator=(const PostedCalls&) = delete;

  // From any thread.  Calls are run in their order; those still there at the
  // end are not.
  void post(std::function<void()> call);

  // An eventfd(2), owned by this object.
  int file() const { return file_; }
  // Runs those posted so far.
  void run();

 private:
  int file_;
  std::mutex mutex_;
  std::vector<std::function<void()>> calls_;
};

}  // namespace policyd
