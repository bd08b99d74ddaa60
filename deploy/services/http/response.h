#pragma once

// An answer, and its octets on the wire.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Response {
  int status = 200;
  std::string body;
  std::string media_type = "text/plain";
  // More fields than Content-Type, Content-Length and Connection; neither
  // names nor values have line ends.
  std::vector<std::pair<std::string, std::string>> fields = {};
};

// `to_head`: the answer to HEAD has the length of a body, and none.
std::string to_octets(const Response& response, bool keep_alive,
                      bool to_head = false);

// The words behind a status code; "" for one that nobody here answers.
std::string_view phrase_of(int status);

// A status, with its phrase as a line of text.
Response refusal(int status);

}  // namespace http
