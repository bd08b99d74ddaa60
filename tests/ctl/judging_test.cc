#include "deploy/ctl/judging.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/message_reader.h"
#include "tests/policy/shipped_rules.h"

namespace ctl {
namespace {

using policy::Direction;
using policy::Verdict;
using Strings = std::vector<std::string>;

std::string golden_message(const std::string& name) {
  const FileOctets file = read_file(std::string(CHATMILTER_SOURCE_DIR) +
                                    "/tests/golden/messages/" + name);
  REQUIRE(file.error.empty());
  return file.octets;
}

TEST_CASE("What an envelope lacks is filled from the message") {
  const MessageView message =
      read_message("from: Alice <Alice@One.Example>\r\n\r\n");
  Case subject;
  policy::Envelope envelope = envelope_of(subject, message);
  CHECK(envelope.reverse_path == "Alice@one.example");
  CHECK(envelope.recipients == Strings{"someone@relay.example"});
  CHECK(envelope.login.empty());
  CHECK(mail_domains_of(subject, envelope) == Strings{"relay.example"});

  subject.mail_domains = {"chat.example", "other.example"};
  envelope = envelope_of(subject, message);
  CHECK(envelope.recipients == Strings{"someone@chat.example"});
  CHECK(mail_domains_of(subject, envelope) == subject.mail_domains);

  subject.direction = Direction::kOutbound;
  subject.mail_domains.clear();
  envelope = envelope_of(subject, message);
  CHECK(envelope.login == "Alice@one.example");
  CHECK(mail_domains_of(subject, envelope) == Strings{"one.example"});
}

TEST_CASE("What an envelope says is taken as it is") {
  const MessageView message = read_message("From: alice@one.example\r\n\r\n");
  Case subject;
  subject.mail_from = "";
  subject.recipients = {"bob@two.example", "carol@Two.example",
                        "dora@three.example"};
  subject.login = "eve@one.example";
  subject.client_address = "192.0.2.1";
  policy::Envelope envelope = envelope_of(subject, message);
  CHECK(envelope.reverse_path.empty());
  CHECK(envelope.recipients == subject.recipients);
  CHECK(envelope.login == "eve@one.example");
  CHECK(envelope.client_address == "192.0.2.1");
  CHECK(mail_domains_of(subject, envelope) ==
        Strings{"two.example", "three.example"});

  // A bounce that leaves has no reverse-path to tell our domain.
  subject.direction = Direction::kInternal;
  envelope = envelope_of(subject, message);
  CHECK(mail_domains_of(subject, envelope) ==
        Strings{"two.example", "three.example"});
}

TEST_CASE("A message without a usable author has the null reverse-path") {
  for (const auto* octets :
       {"", "\r\n", "To: a@b.example\r\n\r\n", "From: a, b\r\n\r\n"}) {
    CAPTURE(octets);
    CHECK(envelope_of({}, read_message(octets)).reverse_path.empty());
  }
}

TEST_CASE("Any chunks of a body give the same outcome and the same octets") {
  Case subject;
  subject.direction = Direction::kOutbound;
  subject.now = 1795449600;
  JudgingOptions options;
  options.configuration.rulebook = policy_test::shipped_rules();
  options.keep_message = true;
  const std::string octets = golden_message("encrypted.eml");
  const Outcome whole = judge_message(subject, octets, options);
  CHECK(whole.judgement.verdict == Verdict::kAccept);
  CHECK(whole.queued.ends_with(read_message(octets).body));
  for (const std::size_t chunk : {1U, 2U, 3U, 7U, 64U, 4096U}) {
    CAPTURE(chunk);
    options.chunk_octets = chunk;
    const Outcome cut = judge_message(subject, octets, options);
    CHECK(cut.judgement.reason == whole.judgement.reason);
    CHECK(cut.queued == whole.queued);
  }
}

TEST_CASE("LF for line ends makes no other message") {
  Case subject;
  subject.assumed_dkim = dkim::Status::kPass;
  JudgingOptions options;
  options.configuration.rulebook = policy_test::shipped_rules();
  options.keep_message = true;
  const std::string octets = golden_message("encrypted.eml");
  const Outcome outcome =
      judge_message(subject, golden_message("encrypted-lf.eml"), options);
  CHECK(outcome.judgement.verdict == Verdict::kAccept);
  CHECK(outcome.queued == octets);
}

TEST_CASE("A line without a colon is refused, and by Postfix's view is body") {
  Case subject;
  subject.assumed_dkim = dkim::Status::kPass;
  subject.all_cleartext_ok = true;
  JudgingOptions options;
  options.configuration.rulebook = policy_test::shipped_rules();
  const std::string octets =
      "From: alice@one.example\r\nno field\r\nTo: b@c.example\r\n\r\nText\r\n";
  CHECK(judge_message(subject, octets, options).judgement.reason ==
        "malformed");
  options.as_postfix = true;
  options.keep_message = true;
  const Outcome outcome = judge_message(subject, octets, options);
  CHECK(outcome.judgement.verdict == Verdict::kAccept);
  CHECK(outcome.queued ==
        "From: alice@one.example\r\n\r\nno field\r\nTo: b@c.example\r\n\r\n"
        "Text\r\n");
}

TEST_CASE("A refused message leaves nothing to queue") {
  JudgingOptions options;
  options.configuration.rulebook = policy_test::shipped_rules();
  options.keep_message = true;
  const Outcome outcome =
      judge_message({}, golden_message("cleartext.eml"), options);
  CHECK(outcome.judgement.verdict == Verdict::kReject);
  CHECK(outcome.queued.empty());
}

TEST_CASE("Odd octets are judged, not stumbled over") {
  const Strings messages = {
      "",
      "\r\n",
      "\n",
      ":",
      ":\r\n:\r\n\r\n",
      std::string(3, '\0'),
      "From",
      "From:",
      "From: a@b.example",
      "\xff\xfe\r\n\r\n\xff",
      std::string(300000, 'x'),
      std::string(100000, '\n'),
  };
  for (const bool as_postfix : {false, true}) {
    JudgingOptions options;
    options.configuration.rulebook = policy_test::shipped_rules();
    options.as_postfix = as_postfix;
    for (const auto& octets : messages) {
      CAPTURE(as_postfix, octets.substr(0, 20));
      CHECK(judge_message({}, octets, options).judgement.verdict ==
            Verdict::kReject);
    }
  }
}

}  // namespace
}  // namespace ctl
