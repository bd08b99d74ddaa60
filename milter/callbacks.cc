// The callbacks of libmilter: its words into a Conversation's steps, the
// answers into its words.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "milter/conversation.h"
#include "milter/filter.h"
#include "milter/reply_text.h"
#include "milter/terms.h"

namespace milter {
namespace {

// libmilter gives a callback nothing of ours before smfi_setpriv().
Shared* shared = nullptr;

// libmilter's functions take char*, and change nothing behind it.
char* unconst(const std::string& text) {
  return const_cast<char*>(text.c_str());
}

class LibmilterMta final : public Mta {
 public:
  explicit LibmilterMta(SMFICTX* context) : context_(context) {}

  std::string_view macro(const char* name) const override {
    const char* value = smfi_getsymval(context_, const_cast<char*>(name));
    return value == nullptr ? std::string_view() : value;
  }
  bool change_header(const std::string& name, int occurrence,
                     const std::string& value) override {
    return smfi_chgheader(context_, unconst(name), occurrence,
                          value.empty() ? nullptr : unconst(value)) ==
           MI_SUCCESS;
  }
  bool insert_header(const std::string& name,
                     const std::string& value) override {
    return smfi_insheader(context_, 0, unconst(name), unconst(value)) ==
           MI_SUCCESS;
  }
  bool change_from(const std::string& reverse_path) override {
    return smfi_chgfrom(context_, unconst(reverse_path), nullptr) == MI_SUCCESS;
  }
  bool remove_recipient(const std::string& recipient) override {
    return smfi_delrcpt(context_, unconst(recipient)) == MI_SUCCESS;
  }

 private:
  SMFICTX* context_;
};

Conversation* conversation_of(SMFICTX* context) {
  return static_cast<Conversation*>(smfi_getpriv(context));
}

// The reply that goes with SMFIS_REJECT or SMFIS_TEMPFAIL.
void set_reply(SMFICTX* context, const policy::Reply& reply) {
  const std::string code = std::to_string(reply.code);
  const std::string text = reply_text(reply.text);
  if (smfi_setreply(context, unconst(code),
                    reply.enhanced_status.empty()
                        ? nullptr
                        : unconst(reply.enhanced_status),
                    unconst(text)) != MI_SUCCESS) {
    shared->log->error("libmilter did not take the reply {}",
                       policy::to_string(reply));
  }
}

sfsistat give(SMFICTX* context, const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::kNone:
      return SMFIS_NOREPLY;
    case Answer::Kind::kContinue:
      return SMFIS_CONTINUE;
    case Answer::Kind::kAccept:
      return SMFIS_ACCEPT;
    case Answer::Kind::kDiscard:
      return SMFIS_DISCARD;
    case Answer::Kind::kReject:
      set_reply(context, answer.reply);
      return SMFIS_REJECT;
    case Answer::Kind::kTempfail:
      set_reply(context, answer.reply);
      return SMFIS_TEMPFAIL;
  }
  return SMFIS_TEMPFAIL;
}

std::string address_text(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address != nullptr && address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (address != nullptr && address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return text;
}

int port_of(const sockaddr* address) {
  // Both forms have the port in the same place.
  if (address == nullptr ||
      (address->sa_family != AF_INET && address->sa_family != AF_INET6)) {
    return 0;
  }
  sockaddr_in place{};
  std::memcpy(&place, address, sizeof place);
  return ntohs(place.sin_port);
}

// NOLINTNEXTLINE(readability-function-size): libmilter's nine parameters.
sfsistat on_negotiate(SMFICTX* context, unsigned long actions,
                      unsigned long protocol, unsigned long, unsigned long,
                      unsigned long* wanted_actions,
                      unsigned long* wanted_protocol,
                      unsigned long* wanted_spare,
                      unsigned long* wanted_spare2) {
  const auto terms = agree(*shared, actions, protocol);
  if (!terms) return SMFIS_REJECT;
  *wanted_actions = terms->actions;
  *wanted_protocol = terms->protocol;
  *wanted_spare = 0;
  *wanted_spare2 = 0;
  for (const Symbols& symbols : terms->symbols) {
    if (smfi_setsymlist(context, symbols.stage,
                        const_cast<char*>(symbols.names)) != MI_SUCCESS) {
      return SMFIS_REJECT;
    }
  }
  return SMFIS_CONTINUE;
}

sfsistat on_connect(SMFICTX* context, char*, sockaddr* address) {
  Conversation* conversation = conversation_of(context);
  if (conversation == nullptr) {
    auto made = std::make_unique<Conversation>(*shared);
    if (smfi_setpriv(context, made.get()) != MI_SUCCESS) return SMFIS_NOREPLY;
    conversation = made.release();  // on_close() takes it back
  }
  conversation->connect(LibmilterMta(context), address_text(address),
                        port_of(address));
  return SMFIS_NOREPLY;
}

sfsistat on_helo(SMFICTX* context, char* name) {
  if (auto* conversation = conversation_of(context)) conversation->helo(name);
  return SMFIS_NOREPLY;
}

sfsistat on_mail(SMFICTX* context, char** arguments) {
  auto* conversation = conversation_of(context);
  if (conversation == nullptr) return SMFIS_TEMPFAIL;
  LibmilterMta mta(context);
  return give(context, conversation->mail(mta, arguments[0]));
}

sfsistat on_recipient(SMFICTX* context, char** arguments) {
  if (auto* conversation = conversation_of(context)) {
    conversation->recipient(LibmilterMta(context), arguments[0]);
  }
  return SMFIS_NOREPLY;
}

sfsistat on_header_field(SMFICTX* context, char* name, char* value) {
  if (auto* conversation = conversation_of(context)) {
    conversation->header_field(LibmilterMta(context), name, value);
  }
  return SMFIS_NOREPLY;
}

sfsistat on_end_of_header(SMFICTX* context) {
  auto* conversation = conversation_of(context);
  if (conversation == nullptr) return SMFIS_TEMPFAIL;
  LibmilterMta mta(context);
  return give(context, conversation->end_of_header(mta));
}

sfsistat on_body(SMFICTX* context, unsigned char* octets, std::size_t count) {
  if (auto* conversation = conversation_of(context)) {
    conversation->body(LibmilterMta(context),
                       {reinterpret_cast<const char*>(octets), count});
  }
  return SMFIS_NOREPLY;
}

sfsistat on_end(SMFICTX* context) {
  auto* conversation = conversation_of(context);
  if (conversation == nullptr) return SMFIS_TEMPFAIL;
  LibmilterMta mta(context);
  return give(context, conversation->end(mta));
}

sfsistat on_abort(SMFICTX* context) {
  if (auto* conversation = conversation_of(context)) conversation->abort();
  return SMFIS_CONTINUE;
}

sfsistat on_close(SMFICTX* context) {
  const std::unique_ptr<Conversation> conversation(conversation_of(context));
  if (conversation != nullptr) smfi_setpriv(context, nullptr);
  return SMFIS_CONTINUE;
}

}  // namespace

smfiDesc filter_description(Shared& state) {
  shared = &state;
  static char name[] = "chatmilter";
  smfiDesc description{};
  description.xxfi_name = name;
  description.xxfi_version = SMFI_VERSION;
  description.xxfi_flags = kActions;
  description.xxfi_negotiate = on_negotiate;
  description.xxfi_connect = on_connect;
  description.xxfi_helo = on_helo;
  description.xxfi_envfrom = on_mail;
  description.xxfi_envrcpt = on_recipient;
  description.xxfi_header = on_header_field;
  description.xxfi_eoh = on_end_of_header;
  description.xxfi_body = on_body;
  description.xxfi_eom = on_end;
  description.xxfi_abort = on_abort;
  description.xxfi_close = on_close;
  return description;
}

}  // namespace milter
