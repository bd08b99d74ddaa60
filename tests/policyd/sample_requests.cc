#include "tests/policyd/sample_requests.h"

namespace policyd_test {

Attributes recipient_request() {
  return {{"request", "smtpd_access_policy"},
          {"protocol_state", "RCPT"},
          {"protocol_name", "ESMTP"},
          {"client_address", "192.0.2.7"},
          {"client_name", "client.example"},
          {"client_port", "52172"},
          {"reverse_client_name", "client.example"},
          {"server_address", "192.0.2.1"},
          {"server_port", "465"},
          {"helo_name", "client.example"},
          {"sender", "alice@relay.example"},
          {"recipient", "bob@other.example"},
          {"recipient_count", "0"},
          {"queue_id", ""},
          {"instance", "5d0b.6557e3b1.8b6c1.0"},
          {"size", "4711"},
          {"etrn_domain", ""},
          {"stress", ""},
          {"sasl_method", "PLAIN"},
          {"sasl_username", "alice@relay.example"},
          {"sasl_sender", ""},
          {"ccert_subject", ""},
          {"ccert_issuer", ""},
          {"ccert_fingerprint", ""},
          {"ccert_pubkey_fingerprint", ""},
          {"encryption_protocol", "TLSv1.3"},
          {"encryption_cipher", "TLS_AES_256_GCM_SHA384"},
          {"encryption_keysize", "256"},
          {"policy_context", "recipient"}};
}

Attributes with(Attributes attributes, const std::string& name,
                const std::string& value) {
  for (auto& [known, old_value] : attributes) {
    if (known == name) {
      old_value = value;
      return attributes;
    }
  }
  attributes.emplace_back(name, value);
  return attributes;
}

Attributes without(Attributes attributes, const std::string& name) {
  std::erase_if(attributes,
                [&](const auto& each) { return each.first == name; });
  return attributes;
}

std::string written(const Attributes& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) {
    text += name + "=" + value + "\n";
  }
  return text + "\n";
}

}  // namespace policyd_test
