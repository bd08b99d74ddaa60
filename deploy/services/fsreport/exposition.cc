#include "deploy/services/fsreport/exposition.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

namespace fsreport {
namespace {

class Page {
 public:
  void gauge(std::string_view name, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} gauge\n", name, help, name);
  }
  template <typename Value>
  void value(std::string_view label, Value label_value, std::uint64_t number) {
    text_ +=
        fmt::format("{}{{{}=\"{}\"}} {}\n", name_, label, label_value, number);
  }
  void value(std::uint64_t number) {
    text_ += fmt::format("{} {}\n", name_, number);
  }
  const std::string& text() const { return text_; }

 private:
  std::string name_;
  std::string text_;
};

}  // namespace

std::string exposition(const Usage& usage) {
  Page page;
  page.gauge("chatmail_storage_bytes", "Octets on disk, by what they are of");
  page.value("kind", "messages", usage.message_octets);
  page.value("kind", "extra", usage.extra_octets);
  page.value("kind", "total", usage.message_octets + usage.extra_octets);
  page.gauge("chatmail_messages_bytes",
             "Octets of messages that are at least so large");
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    page.value("min_size", kSizes[i], usage.octets[i]);
  }
  page.gauge("chatmail_messages_count", "Messages that are at least so large");
  for (std::size_t i = 0; i < kSizes.size(); ++i) {
    page.value("min_size", kSizes[i], usage.count[i]);
  }
  page.gauge("chatmail_accounts", "Accounts; ci are those of automatic tests");
  page.value("kind", "all", usage.accounts);
  page.value("kind", "ci", usage.ci_accounts);
  page.value("kind", "user", usage.accounts - usage.ci_accounts);
  page.gauge("chatmail_accounts_active",
             "Accounts of users with a login in the last days");
  for (std::size_t i = 0; i < kAges.size(); ++i) {
    page.value("days", kAges[i], usage.active[i]);
  }
  return page.text();
}

std::string legacy_exposition(const Usage& usage) {
  Page page;
  page.gauge("accounts", "Accounts");
  page.value(usage.accounts);
  page.gauge("ci_accounts", "Accounts of automatic tests");
  page.value(usage.ci_accounts);
  page.gauge("nonci_accounts", "Accounts of users");
  page.value(usage.accounts - usage.ci_accounts);
  return page.text();
}

}  // namespace fsreport
