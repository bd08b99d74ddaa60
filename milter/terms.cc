#include "milter/terms.h"

#include <libmilter/mfapi.h>

namespace milter {
namespace {

// Postfix has had them all since 2.6.
constexpr unsigned long kProtocol =
    SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_NR_CONN | SMFIP_NR_HELO |
    SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_BODY |
    SMFIP_HDR_LEADSPC;

bool asks(const Setup& setup, policy::Fact fact) {
  return setup.configuration->rulebook->asks(fact);
}

}  // namespace

const unsigned long kActions = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_DELRCPT |
                               SMFIF_CHGFROM | SMFIF_SETSYMLIST;
const unsigned long kNoReplies = SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL |
                                 SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_UNKN |
                                 SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;

std::optional<Terms> agree(const Shared& shared, unsigned long actions,
                           unsigned long protocol) {
  if ((actions & kActions) != kActions || (protocol & kProtocol) != kProtocol) {
    shared.log->error("the MTA lacks milter features: {:x}, {:x}",
                      kActions & ~actions, kProtocol & ~protocol);
    return std::nullopt;
  }
  const auto setup = shared.setup.get();
  Terms terms;
  terms.actions = kActions;
  // A word less for each session, unless a rule asks for it.
  terms.protocol = asks(*setup, policy::Fact::kClientHelo)
                       ? kProtocol
                       : kProtocol | (protocol & SMFIP_NOHELO);
  terms.symbols = {
      {SMFIM_CONNECT, "{daemon_name}"},
      {SMFIM_ENVFROM, asks_for_tls(*setup)
                          ? "{auth_authen} {tls_version} {cipher}"
                          : "{auth_authen}"},
      {SMFIM_ENVRCPT, "{rcpt_addr}"},
      {SMFIM_EOM, "i"},
      {SMFIM_EOH, "i"},
  };
  return terms;
}

bool asks_for_tls(const Setup& setup) {
  return asks(setup, policy::Fact::kTlsVersion) ||
         asks(setup, policy::Fact::kTlsCipher);
}

}  // namespace milter
