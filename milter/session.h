#pragma once

// One milter connection, which is one SMTP session: the envelope of the
// message under way and its judge.
//
// It translates and does not decide.  At rest (connected, or after MAIL) it
// holds the envelope alone; the judge exists from the first header field to
// the verdict.  Its steps come from changing threads, one at a time.
//
// Nothing of a wire is seen here: conversation.h brings the MTA's words.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "milter/setup.h"
#include "policy/envelope.h"
#include "policy/judge.h"
#include "policy/judgement.h"

namespace milter {

class Session {
 public:
  void connect(policy::Direction direction, std::string client_address,
               int client_port);
  // What rules may ask for beside (Rulebook::asks()); kept for the session.
  void helo(std::string_view name) { helo_ = name; }
  void tls(std::string_view version, std::string_view cipher);

  // A message is judged to its end by the setup of its begin.
  void begin_message(std::shared_ptr<const Setup> setup);
  // The message is over, whatever became of it.
  void end_message();
  bool in_message() const { return setup_ != nullptr; }

  // The following are for a message under way.

  // `reverse_path` with or without angle brackets.  A refusal that is certain
  // already, or nullopt.
  std::optional<policy::Judgement> mail(std::string_view login,
                                        std::string_view reverse_path);
  // `as_given` is what the client wrote, `resolved` Postfix's {rcpt_addr}.
  void recipient(std::string_view as_given, std::string_view resolved);
  // `value` is all behind the colon, folded with LF as libmilter gives it.
  void header_field(std::string_view name, std::string_view value);
  std::optional<policy::Judgement> end_of_header();
  void body(std::string_view octets);
  policy::Judgement end();

  // Something went wrong where no reply can be given; the next one is 451.
  bool failed() const { return failed_; }
  void fail() { failed_ = true; }

  policy::Direction direction() const { return direction_; }
  const Setup& setup() const { return *setup_; }
  // Which rules were tried for the message under way.
  policy::Trace trace() const;
  const std::string& reverse_path() const { return reverse_path_; }
  // As the client wrote it; smfi_delrcpt() wants that form.
  const std::string& recipient_as_given(std::size_t index) const {
    return recipients_as_given_[index];
  }

 private:
  policy::Envelope envelope() const;
  policy::World world() const;
  policy::Judge& judge();

  policy::Direction service_ = policy::Direction::kInbound;    // its name
  policy::Direction direction_ = policy::Direction::kInbound;  // the message's
  bool failed_ = false;
  std::string client_address_;
  int client_port_ = 0;
  std::string helo_;
  std::string tls_version_;
  std::string tls_cipher_;

  std::shared_ptr<const Setup> setup_;  // while in_message()
  std::string login_;
  std::string reverse_path_;
  std::vector<std::string> recipients_;
  std::vector<std::string> recipients_as_given_;
  std::size_t recipient_octets_ = 0;
  policy::Trace trace_at_mail_;
  std::unique_ptr<policy::Judge> judge_;
};

}  // namespace milter
