#pragma once

// One milter connection, step by step: the MTA's words into a Session, what
// that decides into an answer and edits, with counters, a line in the log and
// a trace for each verdict.
//
// It knows no wire and no library: callbacks.cc brings libmilter's words,
// dialogue.cc those of our own protocol engine, so the two cannot disagree.
// A step that gets no answer remembers a failure for the next one that does;
// our own failure is 451 4.3.0.  Any thread may take a step, one at a time.

#include <string>
#include <string_view>

#include "milter/mta.h"
#include "milter/session.h"
#include "milter/shared.h"

namespace milter {

struct Answer {
  enum class Kind { kNone, kContinue, kAccept, kDiscard, kReject, kTempfail };
  Kind kind = Kind::kNone;
  policy::Reply reply;  // of kReject and kTempfail
};

class Conversation {
 public:
  // `shared` outlives it.
  explicit Conversation(Shared& shared);
  // The connection is closed.
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void connect(const Mta& mta, std::string client_address, int client_port);
  void helo(std::string_view name) { session_.helo(name); }
  Answer mail(Mta& mta, std::string_view reverse_path);
  void recipient(const Mta& mta, std::string_view as_given);
  void header_field(const Mta& mta, std::string_view name,
                    std::string_view value);
  Answer end_of_header(Mta& mta);
  void body(const Mta& mta, std::string_view octets);
  Answer end(Mta& mta);
  // The message under way, if there is one, is over without a verdict.
  void abort();

  bool in_message() const { return session_.in_message(); }

 private:
  template <typename Step>
  Answer with_reply(Mta& mta, Step step);
  template <typename Step>
  void without_reply(const Mta& mta, Step step);
  Answer conclude(Mta& mta, const policy::Judgement& judgement);
  Answer own_failure();
  void tell_verdict(const Mta& mta, const policy::Judgement& judgement);

  Shared& shared_;
  Session session_;
};

}  // namespace milter
