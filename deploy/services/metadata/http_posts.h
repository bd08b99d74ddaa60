#pragma once

// Many POSTs to one URL at once, over few connections: HTTP/2 with
// multiplexing where the server has it, HTTP/1.1 where not.
//
// Of one thread, but for wake_up().  Answers' bodies are not looked at, and
// redirects not followed: the URL is the operator's.

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace metadata {

inline constexpr long kMaxConnections = 4;
inline constexpr long kMaxStreams = 100;  // of a connection

class HttpPosts {
 public:
  // `ca_file` has the certificates to trust; "" for the system's.  A post whose
  // answer is not there after `timeout` has none.
  HttpPosts(std::string url, std::string ca_file, std::chrono::seconds timeout);
  ~HttpPosts();
  HttpPosts(const HttpPosts&) = delete;
  HttpPosts& operator=(const HttpPosts&) = delete;

  // False when the system has no memory for it.
  bool start(std::string body);
  std::size_t in_flight() const { return in_flight_.size(); }

  struct Answer {
    std::string body;  // of the request
    long status = 0;   // 0: none, and `error` says why
    std::string error;
  };
  // Those that have come, after at most `patience` when there are none.
  std::vector<Answer> wait(std::chrono::milliseconds patience);
  // Nothing is in flight, and nothing will be for a while: gives back what
  // many at once have needed.
  void rest();
  // Ends a wait(); from any thread.
  void wake_up();

 private:
  struct Post;
  std::unique_ptr<Post> make() const;
  void collect(std::vector<Answer>& answers);

  std::string url_;
  std::string ca_file_;
  std::chrono::seconds timeout_;
  curl_slist* headers_ = nullptr;
  CURLM* multi_ = nullptr;
  std::vector<std::unique_ptr<Post>> idle_;
  std::unordered_set<Post*> in_flight_;
};

}  // namespace metadata
