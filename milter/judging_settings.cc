#include "milter/judging_settings.h"

namespace milter {

void apply_settings(const daemons::Settings& settings,
                    policy::Configuration& configuration) {
  configuration.dkim_engine = settings.text("dkim_engine") == "opendkim"
                                  ? dkim::EngineKind::kOpendkim
                                  : dkim::EngineKind::kNative;
  configuration.ocb_packet_inbound = settings.yes("gnupg_ocb_inbound");
  configuration.ocb_packet_outbound = settings.yes("gnupg_ocb_outbound");
  configuration.autocrypt_setup_message =
      settings.yes("autocrypt_setup_message");
  configuration.address_literals_from_anywhere =
      settings.text("accept_address_literals") == "any";
  configuration.add_authentication_results =
      settings.yes("add_authentication_results");
}

std::vector<std::string> settings_without_effect(
    const daemons::Settings& settings) {
  std::vector<std::string> found;
  for (const char* key : {"passthrough_senders", "passthrough_recipients"}) {
    if (settings.words(key).empty()) continue;
    found.push_back(std::string(key) +
                    " has no effect yet: their cleartext is refused");
  }
  for (const char* key :
       {"max_user_send_per_minute", "max_user_send_burst_size"}) {
    if (!settings.is_set(key)) continue;
    found.push_back(std::string(key) +
                    " has no effect yet: nobody's sending is limited");
  }
  return found;
}

}  // namespace milter
