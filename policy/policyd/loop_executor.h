#pragma once

// Runs handlers in the thread of an io_context.
//
// The context's own executor, where asio does not hide it in any_io_executor,
// counts each handler that waits as work, by atomic additions at every step.
// One that is not asked to count saves them; the loop is kept running by the
// guard that the server holds.

#include <asio/execution/blocking.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution/execute.hpp>
#include <asio/io_context.hpp>
#include <asio/require.hpp>
#include <utility>

namespace policyd {

class LoopExecutor {
 public:
  explicit LoopExecutor(asio::io_context& context) : context_(&context) {}

  asio::io_context& query(asio::execution::context_t) const noexcept {
    return *context_;
  }
  // At once in the loop's thread, in its turn from elsewhere.
  template <typename Function>
  void execute(Function&& function) const {
    asio::execution::execute(context_->get_executor(),
                             std::forward<Function>(function));
  }
  // In its turn, always.
  auto require(asio::execution::blocking_t::never_t never) const {
    return asio::require(context_->get_executor(), never);
  }
  bool operator==(const LoopExecutor&) const noexcept = default;

 private:
  asio::io_context* context_;
};

}  // namespace policyd
