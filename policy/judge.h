#pragma once

// The judge of one message.  The milter, `chatmail check` and the tests all
// drive this class, so they cannot disagree.
//
// What is decided stands in the rules (policy/rulebook.h); here the message
// becomes facts, and a rule's action becomes a Judgement.  Octets stream
// through; what is held is the header section (bounded by mime/limits.h) until
// its end, and afterwards a few kilobytes, whatever the message's size.  A
// Judgement falls as soon as it is certain: at MAIL (judge_envelope), at the
// end of the header section, or at the end.

#include <memory>
#include <optional>
#include <string_view>

#include "policy/configuration.h"
#include "policy/envelope.h"
#include "policy/judgement.h"
#include "policy/trace.h"
#include "policy/world.h"

namespace policy {

// What is certain when MAIL FROM has come and no recipient yet: a submission
// without login (530), a reverse-path that is not the login (553).
// Its trace goes to `trace` unless that is null.
std::optional<Judgement> judge_envelope(const Configuration& configuration,
                                        Envelope envelope, World world,
                                        Trace* trace = nullptr);

class Judge {
 public:
  // `configuration` is shared with other messages and outlives them all.
  // The envelope is complete; what `world` refers to outlives the judge.
  Judge(std::shared_ptr<const Configuration> configuration, Envelope envelope,
        World world);
  ~Judge();
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;

  // `body`: all behind the colon, with its leading blank and its foldings as
  // CRLF, without the final CRLF.
  void header_field(std::string_view name, std::string_view body);
  // A refusal that the header section decides, or nullopt: go on.
  std::optional<Judgement> end_of_header();
  void body(std::string_view octets);
  // May wait for DNS, up to World::dns_deadline.  Call once.
  Judgement end();

  // The rules that were tried so far, and what they asked.
  Trace trace() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace policy
