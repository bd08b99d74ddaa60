#include "deploy/services/http/response.h"

#include <catch2/catch.hpp>

TEST_CASE("an answer tells its length, and whether it is the last") {
  CHECK(http::to_octets({200, "a\tb\n"}, true) ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4"
        "\r\n\r\na\tb\n");
  CHECK(http::to_octets({503, ""}, false) ==
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST_CASE("an answer to HEAD has the length of a body, and none") {
  const http::Response response{
      301, "text", "application/json", {{"Location", "/there"}}};
  CHECK(http::to_octets(response, true, true) ==
        "HTTP/1.1 301 Moved Permanently\r\nContent-Type: application/json\r\n"
        "Content-Length: 4\r\nLocation: /there\r\n\r\n");
}

TEST_CASE("a refusal says in words what it is") {
  for (const int status : {400, 408, 413, 431, 501, 503, 505}) {
    INFO(status);
    CHECK_FALSE(http::phrase_of(status).empty());
    CHECK(http::refusal(status).body ==
          std::string(http::phrase_of(status)) + "\n");
  }
  CHECK(http::phrase_of(299).empty());
}
