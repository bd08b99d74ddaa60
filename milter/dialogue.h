#pragma once

// The filter's side of one milter connection: the MTA's octets into the steps
// of a Conversation, its answers and edits into octets.  It does no I/O.
//
// What it takes in which order, and that it passes over what comes out of
// turn, is what libmilter does; each is the other's oracle in the tests.
// Stricter: what comes before the negotiation or the connect step, and a word
// that is not there or not whole, ends the connection, with a line in the log.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "milter/conversation.h"
#include "milter/mta.h"
#include "milter/protocol.h"

namespace milter {

class Dialogue final : private Mta {
 public:
  // `shared` outlives it.
  explicit Dialogue(Shared& shared) : shared_(shared) {}

  // Carries out what is complete, and appends the answers to `out`.  False:
  // the connection is to be closed, after what is in `out` was sent.
  bool receive(std::string_view octets, std::string& out);

 private:
  // How far the connection has come.
  enum class Stage : unsigned char {
    kBegun,
    kNegotiated,
    kIdle,
    kMail,
    kRecipient,
    kData,
    kHeader,
    kEndOfHeader,
    kBody,
  };
  struct Macros {
    std::string daemon_name;
    std::string login;
    std::string tls_version;
    std::string tls_cipher;
    std::string recipient;
    std::string queue_id;
  };

  static bool follows(char command, Stage stage);
  bool carry_out(const Packet& packet);
  bool is_in_turn(char command);
  bool negotiate(std::string_view payload);
  bool define_macros(std::string_view payload);
  bool connect(std::string_view payload);
  bool helo(std::string_view payload);
  bool mail(std::string_view payload);
  bool recipient(std::string_view payload);
  bool header_field(std::string_view payload);
  bool body(const Packet& packet);
  bool step(const Packet& packet);
  bool broken(const char* what);

  // `no_reply_flag`: the MTA does not wait where that was agreed.
  void move_on(Stage stage, unsigned long no_reply_flag);
  void give(Stage stage, const Answer& answer);
  void give_reply(const Answer& answer);
  std::string* macro_place(std::string_view name);

  std::string_view macro(const char* name) const override;
  bool change_header(const std::string& name, int occurrence,
                     const std::string& value) override;
  bool insert_header(const std::string& name,
                     const std::string& value) override;
  bool change_from(const std::string& reverse_path) override;
  bool remove_recipient(const std::string& recipient) override;

  Shared& shared_;
  PacketReader reader_;
  std::string* out_ = nullptr;  // while in receive()
  Stage stage_ = Stage::kBegun;
  unsigned long agreed_ = 0;  // SMFIP_*
  Macros macros_;
  std::unique_ptr<Conversation> conversation_;  // from the connect step on
};

}  // namespace milter
