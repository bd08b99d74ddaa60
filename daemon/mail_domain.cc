#include "daemon/mail_domain.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace daemons {
namespace {

bool is_address(int family, const std::string& text) {
  unsigned char octets[sizeof(in6_addr)];
  return inet_pton(family, text.c_str(), octets) == 1;
}

bool is_name_octet(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_domain_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;  // RFC 1035 2.3.4
  while (true) {
    const std::string_view label = text.substr(0, text.find('.'));
    if (label.empty() || label.size() > 63) return false;
    if (!std::all_of(label.begin(), label.end(), is_name_octet)) return false;
    if (label.size() == text.size()) return true;
    text.remove_prefix(label.size() + 1);
  }
}

}  // namespace

bool is_mail_domain(std::string_view text) {
  return is_address(AF_INET6, std::string(text)) || is_domain_name(text);
}

std::string domain_of_addresses(std::string_view mail_domain) {
  std::string domain(mail_domain);
  if (is_address(AF_INET, domain)) return "[" + domain + "]";
  std::transform(domain.begin(), domain.end(), domain.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (is_address(AF_INET6, domain)) return "[ipv6:" + domain + "]";
  return domain;
}

}  // namespace daemons
