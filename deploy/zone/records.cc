#include "deploy/zone/records.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <ctime>
#include <string_view>

namespace zone {
namespace {

using machine::DnsType;

struct Service {
  const char* name;
  int port;
};
constexpr std::array kServices = {
    Service{"_submission._tcp.", 587}, Service{"_submissions._tcp.", 465},
    Service{"_imap._tcp.", 143}, Service{"_imaps._tcp.", 993}};

class Maker {
 public:
  Maker(const relay::Site& site, const Facts& facts)
      : site_(site), facts_(facts) {}

  std::vector<Record> all() {
    if (site_.is_address) return {};
    for (const std::string& domain : site_.mail_domains) {
      addresses(domain);
      mail(domain);
      if (site_.tls.mode != relay::TlsMode::kSelfSigned &&
          relay::is_certifiable(domain)) {
        web(domain);
      }
    }
    keys();
    for (const std::string& domain : site_.mail_domains) recommended(domain);
    return std::move(records_);
  }

 private:
  void require(const std::string& name, DnsType type, const std::string& value,
               Match match, const char* purpose) {
    records_.push_back({name, type, value, match, true, purpose});
  }
  void recommend(const std::string& name, DnsType type,
                 const std::string& value, Match match, const char* purpose) {
    records_.push_back({name, type, value, match, false, purpose});
  }

  void addresses(const std::string& domain) {
    constexpr char purpose[] = "nobody finds the host";
    for (const std::string& address : facts_.ipv4) {
      require(domain, DnsType::kA, address, Match::kAddress, purpose);
    }
    if (facts_.ipv4.empty() && (facts_.ipv6.empty() || !site_.ipv6)) {
      require(domain, DnsType::kA, "", Match::kAnyAddress, purpose);
    }
    if (!site_.ipv6) return;
    for (const std::string& address : facts_.ipv6) {
      records_.push_back({domain, DnsType::kAaaa, address, Match::kAddress,
                          facts_.ipv4.empty(),
                          "hosts with IPv6 only do not find it"});
    }
  }

  void mail(const std::string& domain) {
    require(domain, DnsType::kMx, "10 " + site_.mail_domain + ".",
            Match::kExchange, "mail does not arrive");
    records_.back().target = site_.mail_domain + ".";
  }

  void web(const std::string& domain) {
    const std::string id = fmt::format(
        "{:%Y%m%d%H%M}", fmt::gmtime(static_cast<std::time_t>(facts_.now)));
    require("_mta-sts." + domain, DnsType::kTxt, "v=STSv1; id=" + id,
            Match::kBegin, "others may be led to deliver without TLS");
    records_.back().target = "v=STSv1";
    for (const char* prefix : {"mta-sts.", "www."}) {
      require(prefix + domain, DnsType::kCname, domain + ".", Match::kAlias,
              "its certificate is not issued");
      records_.back().target = domain;
    }
  }

  void keys() {
    for (const PublishedKey& key : facts_.keys) {
      require(key.name, DnsType::kTxt, key.record, Match::kKey,
              "other relays refuse our mail");
    }
  }

  void recommended(const std::string& domain) {
    recommend(domain, DnsType::kTxt, "v=spf1 a ~all", Match::kBegin,
              "some take our mail for somebody else's");
    records_.back().target = "v=spf1";
    if (domain != site_.mail_domain) {
      records_.back().value = "v=spf1 a:" + site_.mail_domain + " ~all";
    }
    recommend("_dmarc." + domain, DnsType::kTxt,
              "v=DMARC1;p=reject;adkim=s;aspf=s", Match::kPolicy,
              "others may write in its name");
    issuer(domain);
    for (const Service& service : kServices) {
      recommend(service.name + domain, DnsType::kSrv,
                fmt::format("0 1 {} {}.", service.port, site_.mail_domain),
                Match::kExact, "some clients do not find the servers");
    }
  }

  void issuer(const std::string& domain) {
    constexpr std::string_view lets_encrypt = "letsencrypt.org";
    if (!relay::is_certifiable(domain) ||
        site_.tls.mode != relay::TlsMode::kAcme ||
        site_.tls.acme_server.find(lets_encrypt) == std::string::npos) {
      return;
    }
    std::string value = "0 issue \"" + std::string(lets_encrypt);
    if (!facts_.acme_account.empty()) {
      value += ";accounturi=" + facts_.acme_account;
    }
    recommend(domain, DnsType::kCaa, value + "\"", Match::kIssuer,
              "any authority may certify the name for somebody else");
    records_.back().target = "0 issue \"" + std::string(lets_encrypt);
  }

  const relay::Site& site_;
  const Facts& facts_;
  std::vector<Record> records_;
};

// Strings of at most 255 octets (RFC 1035 3.3.14).
std::string quoted(std::string_view text) {
  constexpr std::size_t most = 255;
  std::string words;
  do {
    if (!words.empty()) words += ' ';
    words += '"' + std::string(text.substr(0, most)) + '"';
    text.remove_prefix(std::min(most, text.size()));
  } while (!text.empty());
  return words;
}

}  // namespace

std::vector<Record> records_of(const relay::Site& site, const Facts& facts) {
  return Maker(site, facts).all();
}

std::string line_of(const Record& record) {
  std::string value = record.value;
  if (record.type == DnsType::kTxt) value = quoted(value);
  if (value.empty()) value = "<the address of this host>";
  return fmt::format("{}. 3600 IN {} {}", record.name,
                     machine::to_string(record.type), value);
}

std::string file_of(const std::vector<Record>& records) {
  std::string text;
  for (const bool is_required : {true, false}) {
    if (!text.empty()) text += '\n';
    text += is_required ? "; Required\n" : "; Recommended\n";
    for (const Record& record : records) {
      if (record.is_required != is_required) continue;
      if (record.value.empty()) text += "; ";
      text += line_of(record) + '\n';
    }
  }
  return text;
}

}  // namespace zone
