#include "deploy/services/http/response.h"

#include <algorithm>
#include <iterator>

namespace http {
namespace {

struct Phrase {
  int status;
  std::string_view words;
};

// RFC 9110 15, RFC 6585
constexpr Phrase kPhrases[] = {
    {200, "OK"},
    {301, "Moved Permanently"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {413, "Content Too Large"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

}  // namespace

std::string_view phrase_of(int status) {
  const auto* const found = std::find_if(
      std::begin(kPhrases), std::end(kPhrases),
      [&](const Phrase& phrase) { return phrase.status == status; });
  return found == std::end(kPhrases) ? std::string_view() : found->words;
}

Response refusal(int status) {
  return {status, std::string(phrase_of(status)) + "\n"};
}

std::string to_octets(const Response& response, bool keep_alive, bool to_head) {
  std::string octets = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  octets += phrase_of(response.status);
  octets += "\r\nContent-Type: " + response.media_type +
            "\r\nContent-Length: " + std::to_string(response.body.size());
  for (const auto& [name, value] : response.fields) {
    octets.append("\r\n").append(name).append(": ").append(value);
  }
  octets += keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  if (!to_head) octets += response.body;
  return octets;
}

}  // namespace http
