#include "deploy/trial/web_client.h"

#include <charconv>

namespace trial {

WebAnswer ask_web(const Endpoint& endpoint, const std::string& method,
                  const std::string& path, const Opener& opener) {
  WebAnswer answer;
  const auto connection = opener(endpoint, answer.error);
  if (!connection) return answer;
  const std::string request = method + " " + path +
                              " HTTP/1.0\r\nHost: " + endpoint.name +
                              "\r\nContent-Length: 0\r\n\r\n";
  std::string octets;
  if (!connection->write(request) || !connection->read_rest(octets)) {
    answer.error = connection->error();
    return answer;
  }
  const std::size_t end = octets.find("\r\n\r\n");
  if (!octets.starts_with("HTTP/1.") || octets.size() < 12 ||
      end == std::string::npos) {
    answer.error = "no web server's answer";
    return answer;
  }
  std::from_chars(octets.data() + 9, octets.data() + 12, answer.status);
  answer.body = octets.substr(end + 4);
  return answer;
}

}  // namespace trial
