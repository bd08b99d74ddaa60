// What a Dialogue is for its Conversation: macros that the MTA told, edits as
// packets.

#include <libmilter/mfdef.h>

#include "milter/dialogue.h"

namespace milter {

std::string* Dialogue::macro_place(std::string_view name) {
  if (name == "{daemon_name}") return &macros_.daemon_name;
  if (name == "{auth_authen}") return &macros_.login;
  if (name == "{tls_version}") return &macros_.tls_version;
  if (name == "{cipher}") return &macros_.tls_cipher;
  if (name == "{rcpt_addr}") return &macros_.recipient;
  if (name == "i" || name == "{i}") return &macros_.queue_id;
  return nullptr;
}

std::string_view Dialogue::macro(const char* name) const {
  const std::string* place = const_cast<Dialogue*>(this)->macro_place(name);
  return place == nullptr ? std::string_view() : *place;
}

// Those of a stage replace all that were told for it before.
bool Dialogue::define_macros(std::string_view payload) {
  if (payload.empty()) return broken("macros of no command");
  const char command = payload.front();
  payload.remove_prefix(1);
  if (command == SMFIC_CONNECT) macros_ = {};
  if (command == SMFIC_MAIL) {
    macros_.login.clear();
    macros_.tls_version.clear();
    macros_.tls_cipher.clear();
    macros_.queue_id.clear();
  }
  if (command == SMFIC_RCPT) macros_.recipient.clear();
  while (!payload.empty()) {
    const auto name = take_string(payload);
    const auto value = name ? take_string(payload) : std::nullopt;
    if (!value) return broken("a macro without a value");
    if (std::string* place = macro_place(*name)) *place = *value;
  }
  return true;
}

bool Dialogue::change_header(const std::string& name, int occurrence,
                             const std::string& value) {
  std::string edit;
  append_number(edit, static_cast<std::uint32_t>(occurrence));
  append_string(edit, name);
  append_string(edit, value);
  append_packet(*out_, SMFIR_CHGHEADER, edit);
  return true;
}

bool Dialogue::insert_header(const std::string& name,
                             const std::string& value) {
  std::string edit;
  append_number(edit, 0);
  append_string(edit, name);
  append_string(edit, value);
  append_packet(*out_, SMFIR_INSHEADER, edit);
  return true;
}

bool Dialogue::change_from(const std::string& reverse_path) {
  std::string edit;
  append_string(edit, reverse_path);
  append_packet(*out_, SMFIR_CHGFROM, edit);
  return true;
}

bool Dialogue::remove_recipient(const std::string& recipient) {
  std::string edit;
  append_string(edit, recipient);
  append_packet(*out_, SMFIR_DELRCPT, edit);
  return true;
}

}  // namespace milter
