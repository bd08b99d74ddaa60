#pragma once

// Judges one message as the milter would: the same policy::Judge, fed the same
// way, in a world of lists.

#include <cstddef>
#include <cstdint>
#include <string>

#include "deploy/ctl/check_case.h"
#include "deploy/ctl/message_reader.h"
#include "policy/configuration.h"
#include "policy/envelope.h"
#include "policy/judgement.h"
#include "policy/trace.h"

namespace ctl {

// What all messages of one run share.
struct JudgingOptions {
  // Its mail domains are those of the case.
  policy::Configuration configuration;
  std::size_t chunk_octets = 65535;  // libmilter's body chunk
  bool as_postfix = false;
  bool keep_message = false;  // fill Outcome::queued
  std::int64_t now = 0;       // for cases that name none
};

struct Outcome {
  policy::Envelope envelope;  // as it was judged, defaults filled in
  policy::Judgement judgement;
  // The judgement is Postfix's own: the message never gets as far as a milter.
  bool refused_by_postfix = false;
  // Its first line is what stands before each message of an mbox file, and
  // was taken for a field.
  bool begins_as_mbox = false;
  policy::Trace trace;
  // Of an accepted message: its octets after the header plan.
  std::string queued;
};

Outcome judge_message(const Case& subject, std::string octets,
                      const JudgingOptions& options);

// The envelope of a case: where nothing is said, the reverse-path is the
// author, the recipient is someone in the mail domain, and the login of
// outbound mail is the reverse-path.
policy::Envelope envelope_of(const Case& subject, const MessageView& message);

// The mail domains of a case: where none is said, those of the recipients for
// inbound mail, that of the reverse-path for mail that leaves.
std::vector<std::string> mail_domains_of(const Case& subject,
                                         const policy::Envelope& envelope);

// Mail that the relay signs, if it has a key.
bool is_signed_direction(policy::Direction direction);

}  // namespace ctl
