#include "deploy/services/metadata/http_posts.h"

#include <malloc.h>

#include <new>
#include <utility>

namespace metadata {
namespace {

constexpr std::chrono::seconds kConnectTimeout{20};

// Kept for the next notification; each has buffers of some 50 KB.
constexpr std::size_t kIdleHandles = 2;

// More than that is no answer to a notification.
constexpr std::size_t kMaxAnswer = std::size_t{64} * 1024;

extern "C" std::size_t swallow(char*, std::size_t size, std::size_t count,
                               void* seen) {
  std::size_t& octets = *static_cast<std::size_t*>(seen);
  octets += size * count;
  return octets > kMaxAnswer ? 0 : size * count;  // 0 ends the transfer
}

}  // namespace

// An easy handle that is used again, with all that does not change.
struct HttpPosts::Post {
  ~Post() { curl_easy_cleanup(easy); }

  CURL* easy = nullptr;
  std::string body;
  std::size_t seen = 0;  // octets of the answer
};

HttpPosts::HttpPosts(std::string url, std::string ca_file,
                     std::chrono::seconds timeout)
    : url_(std::move(url)), ca_file_(std::move(ca_file)), timeout_(timeout) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi_ = curl_multi_init();
  if (multi_ == nullptr) throw std::bad_alloc();
  // The body is a token, not a form; and nobody waits to be asked for it.
  headers_ = curl_slist_append(headers_, "Content-Type:");
  headers_ = curl_slist_append(headers_, "Expect:");
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, kMaxConnections);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, kMaxConnections);
  curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, kMaxStreams);
}

HttpPosts::~HttpPosts() {
  for (Post* post : in_flight_) {
    curl_multi_remove_handle(multi_, post->easy);
    delete post;  // NOLINT: taken from its unique_ptr in start()
  }
  idle_.clear();
  curl_multi_cleanup(multi_);
  curl_slist_free_all(headers_);
  curl_global_cleanup();
}

std::unique_ptr<HttpPosts::Post> HttpPosts::make() const {
  auto post = std::make_unique<Post>();
  post->easy = curl_easy_init();
  if (post->easy == nullptr) return nullptr;
  const auto set = [&](CURLoption option, auto value) {
    curl_easy_setopt(post->easy, option, value);
  };
  set(CURLOPT_URL, url_.c_str());
  set(CURLOPT_PROTOCOLS_STR, "https,http");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_PIPEWAIT, 1L);  // for a stream rather than a connection
  set(CURLOPT_HTTPHEADER, headers_);
  set(CURLOPT_POST, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, static_cast<long>(timeout_.count()));
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(kConnectTimeout.count()));
  set(CURLOPT_WRITEFUNCTION, &swallow);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&post->seen));
  set(CURLOPT_PRIVATE, static_cast<void*>(post.get()));
  if (!ca_file_.empty()) set(CURLOPT_CAINFO, ca_file_.c_str());
  return post;
}

bool HttpPosts::start(std::string body) {
  std::unique_ptr<Post> post;
  if (idle_.empty()) {
    post = make();
    if (post == nullptr) return false;
  } else {
    post = std::move(idle_.back());
    idle_.pop_back();
  }
  post->body = std::move(body);
  post->seen = 0;
  // Not copied: the body lives as long as the transfer.
  curl_easy_setopt(post->easy, CURLOPT_POSTFIELDSIZE,
                   static_cast<long>(post->body.size()));
  curl_easy_setopt(post->easy, CURLOPT_POSTFIELDS, post->body.c_str());
  if (curl_multi_add_handle(multi_, post->easy) != CURLM_OK) return false;
  in_flight_.insert(post.release());
  return true;
}

void HttpPosts::collect(std::vector<Answer>& answers) {
  int more = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_, &more)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* easy = message->easy_handle;  // the message goes with its handle
    void* pointer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &pointer);
    std::unique_ptr<Post> post(static_cast<Post*>(pointer));
    Answer answer;
    if (code == CURLE_OK) {
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
    } else {
      answer.error = curl_easy_strerror(code);
    }
    answer.body = std::move(post->body);
    answers.push_back(std::move(answer));
    curl_multi_remove_handle(multi_, easy);
    in_flight_.erase(post.get());
    idle_.push_back(std::move(post));
  }
}

std::vector<HttpPosts::Answer> HttpPosts::wait(
    std::chrono::milliseconds patience) {
  std::vector<Answer> answers;
  int running = 0;
  curl_multi_perform(multi_, &running);
  collect(answers);
  if (!answers.empty()) return answers;
  curl_multi_poll(multi_, nullptr, 0, static_cast<int>(patience.count()),
                  nullptr);
  curl_multi_perform(multi_, &running);
  collect(answers);
  return answers;
}

void HttpPosts::rest() {
  if (!in_flight_.empty() || idle_.size() <= kIdleHandles) return;
  idle_.resize(kIdleHandles);
  // What lies free between what is still used stays the process's otherwise.
  malloc_trim(0);
}

void HttpPosts::wake_up() { curl_multi_wakeup(multi_); }

}  // namespace metadata
