#include "deploy/services/newemail/client.h"

#include <algorithm>
#include <string_view>

#include "deploy/services/doveauth/client_network.h"

namespace newemail {
namespace {

std::string_view last_entry(std::string_view list) {
  const std::size_t comma = list.rfind(',');
  if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
  const std::size_t begin = list.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return list.substr(begin, list.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

std::string client_network(const http::Request& request,
                           std::span<const std::string> trusted_proxies) {
  const bool is_trusted =
      request.peer.empty() ||
      std::find(trusted_proxies.begin(), trusted_proxies.end(), request.peer) !=
          trusted_proxies.end();
  if (!is_trusted) return doveauth::network_of(request.peer);
  const std::string_view forwarded = request.field("x-forwarded-for");
  return doveauth::network_of(forwarded.empty() ? request.field("x-real-ip")
                                                : last_entry(forwarded));
}

}  // namespace newemail
