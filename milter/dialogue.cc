#include "milter/dialogue.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <algorithm>
#include <utility>

#include "milter/reply_text.h"
#include "milter/terms.h"

namespace milter {
namespace {

constexpr std::uint32_t kVersion = 6;
// Older ones have no flags to agree on.
constexpr std::uint32_t kOldestVersion = 2;

}  // namespace

bool Dialogue::receive(std::string_view octets, std::string& out) {
  out_ = &out;
  while (const auto packet = reader_.next(octets)) {
    if (!carry_out(*packet)) return false;
  }
  return reader_.is_broken() ? broken("a packet of no or too great length")
                             : true;
}

bool Dialogue::broken(const char* what) {
  shared_.log->warn("{}: an MTA sent {}; its connection is closed",
                    macros_.queue_id.empty() ? "-" : macros_.queue_id, what);
  return false;
}

// What may come next, where the MTA does not send what it need not.
bool Dialogue::follows(char command, Stage stage) {
  using enum Stage;
  switch (command) {
    case SMFIC_CONNECT:  // the first one is not asked about
      return false;
    case SMFIC_HELO:
    case SMFIC_MAIL:
      return stage == kIdle;
    case SMFIC_RCPT:
      return stage == kMail || stage == kRecipient;
    case SMFIC_DATA:
      return stage == kRecipient;
    case SMFIC_HEADER:
    case SMFIC_EOH:
      return stage == kRecipient || stage == kData || stage == kHeader;
    case SMFIC_BODY:
    case SMFIC_BODYEOB:
      return stage == kEndOfHeader || stage == kBody;
    default:
      return true;
  }
}

// A word out of turn ends the message under way, and is taken if it could
// begin another.
bool Dialogue::is_in_turn(char command) {
  if (follows(command, stage_)) return true;
  conversation_->abort();
  macros_.queue_id.clear();
  stage_ = Stage::kIdle;
  return follows(command, stage_);
}

bool Dialogue::carry_out(const Packet& packet) {
  switch (packet.command) {
    case SMFIC_OPTNEG:
      return stage_ == Stage::kBegun ? negotiate(packet.payload)
                                     : broken("a second negotiation");
    case SMFIC_MACRO:
      return define_macros(packet.payload);
    case SMFIC_CONNECT:
      if (stage_ == Stage::kNegotiated) return connect(packet.payload);
      break;
    case SMFIC_QUIT:
      return false;
    case SMFIC_QUIT_NC:
      conversation_.reset();
      macros_ = {};
      if (stage_ != Stage::kBegun) stage_ = Stage::kNegotiated;
      return true;
    default:
      break;
  }
  if (conversation_ == nullptr) return broken("a command before its time");
  return !is_in_turn(packet.command) || step(packet);
}

bool Dialogue::step(const Packet& packet) {
  switch (packet.command) {
    case SMFIC_HELO:
      return helo(packet.payload);
    case SMFIC_MAIL:
      return mail(packet.payload);
    case SMFIC_RCPT:
      return recipient(packet.payload);
    case SMFIC_DATA:
      move_on(Stage::kData, SMFIP_NR_DATA);
      return true;
    case SMFIC_HEADER:
      return header_field(packet.payload);
    case SMFIC_EOH:
      give(Stage::kEndOfHeader, conversation_->end_of_header(*this));
      return true;
    case SMFIC_BODY:
      return body(packet);
    case SMFIC_BODYEOB:
      // Its payload would be a last chunk; nobody sends one.
      if (!packet.payload.empty()) conversation_->body(*this, packet.payload);
      give(Stage::kIdle, conversation_->end(*this));
      return true;
    case SMFIC_ABORT:
      conversation_->abort();
      macros_.queue_id.clear();
      stage_ = Stage::kIdle;
      return true;
    case SMFIC_UNKNOWN:
      move_on(stage_, SMFIP_NR_UNKN);
      return true;
    default:
      return broken("an unknown command");
  }
}

bool Dialogue::negotiate(std::string_view payload) {
  const auto offer = parse_offer(payload);
  if (!offer || offer->version < kOldestVersion) {
    return broken("a negotiation without flags");
  }
  const auto terms =
      agree(shared_, offer->actions, offer->protocol | kNoReplies);
  if (!terms) return false;
  stage_ = Stage::kNegotiated;
  agreed_ = terms->protocol & offer->protocol;
  std::string answer;
  append_number(answer, std::min(offer->version, kVersion));
  append_number(answer, static_cast<std::uint32_t>(terms->actions));
  append_number(answer, static_cast<std::uint32_t>(agreed_));
  for (const Symbols& symbols : terms->symbols) {
    append_number(answer, static_cast<std::uint32_t>(symbols.stage));
    append_string(answer, symbols.names);
  }
  append_packet(*out_, SMFIC_OPTNEG, answer);
  return true;
}

bool Dialogue::connect(std::string_view payload) {
  auto client = parse_client(payload);
  if (!client) return broken("a client that is none");
  if (conversation_ == nullptr) {
    conversation_ = std::make_unique<Conversation>(shared_);
  }
  conversation_->connect(*this, std::move(client->address), client->port);
  move_on(Stage::kIdle, SMFIP_NR_CONN);
  return true;
}

bool Dialogue::helo(std::string_view payload) {
  const auto name = take_string(payload);
  if (!name) return broken("HELO without a name");
  conversation_->helo(*name);
  move_on(Stage::kIdle, SMFIP_NR_HELO);
  return true;
}

bool Dialogue::mail(std::string_view payload) {
  const auto reverse_path = take_string(payload);
  if (!reverse_path) return broken("MAIL without a reverse-path");
  give(Stage::kMail, conversation_->mail(*this, *reverse_path));
  // A login holds for the message that it was told for.
  macros_.login.clear();
  return true;
}

bool Dialogue::recipient(std::string_view payload) {
  const auto as_given = take_string(payload);
  if (!as_given) return broken("RCPT without a recipient");
  conversation_->recipient(*this, *as_given);
  macros_.recipient.clear();
  move_on(Stage::kRecipient, SMFIP_NR_RCPT);
  return true;
}

bool Dialogue::header_field(std::string_view payload) {
  const auto name = take_string(payload);
  const auto value = name ? take_string(payload) : std::nullopt;
  if (!value) return broken("a header field without a value");
  conversation_->header_field(*this, *name, *value);
  move_on(Stage::kHeader, SMFIP_NR_HDR);
  return true;
}

bool Dialogue::body(const Packet& packet) {
  conversation_->body(*this, packet.payload);
  stage_ = Stage::kBody;
  if (packet.is_complete) move_on(Stage::kBody, SMFIP_NR_BODY);
  return true;
}

void Dialogue::move_on(Stage stage, unsigned long no_reply_flag) {
  stage_ = stage;
  if ((agreed_ & no_reply_flag) == 0) append_packet(*out_, SMFIR_CONTINUE, {});
}

void Dialogue::give(Stage stage, const Answer& answer) {
  stage_ = conversation_->in_message() ? stage : Stage::kIdle;
  if (stage_ == Stage::kIdle) macros_.queue_id.clear();
  switch (answer.kind) {
    case Answer::Kind::kNone:
      return;
    case Answer::Kind::kContinue:
      return append_packet(*out_, SMFIR_CONTINUE, {});
    case Answer::Kind::kAccept:
      return append_packet(*out_, SMFIR_ACCEPT, {});
    case Answer::Kind::kDiscard:
      return append_packet(*out_, SMFIR_DISCARD, {});
    case Answer::Kind::kReject:
    case Answer::Kind::kTempfail:
      return give_reply(answer);
  }
}

void Dialogue::give_reply(const Answer& answer) {
  const bool is_final = answer.kind == Answer::Kind::kReject;
  const std::string code = std::to_string(answer.reply.code);
  if (code.size() != 3 || code[0] != (is_final ? '5' : '4')) {
    return append_packet(*out_, is_final ? SMFIR_REJECT : SMFIR_TEMPFAIL, {});
  }
  std::string line = code + ' ';
  if (!answer.reply.enhanced_status.empty()) {
    line += answer.reply.enhanced_status + ' ';
  }
  append_string(line, reply_text(answer.reply.text));
  append_packet(*out_, SMFIR_REPLYCODE, line);
}

}  // namespace milter
