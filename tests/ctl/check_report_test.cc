#include "deploy/ctl/check_report.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "deploy/ctl/json_text.h"
#include "policy/reply.h"

namespace ctl {
namespace {

Outcome refused() {
  Outcome outcome;
  outcome.judgement = policy::refuse(
      "cleartext", "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail",
      "preamble-text");
  return outcome;
}

Outcome accepted() {
  Outcome outcome;
  outcome.judgement = policy::accept();
  outcome.judgement.shape = mime::Shape::kEncrypted;
  return outcome;
}

TEST_CASE("A verdict is told with its reply and its reason in one line") {
  const Case inbound;
  CHECK(describe(inbound, refused()) ==
        "reject 523 5.7.1 Encryption Needed: Invalid Unencrypted Mail "
        "(cleartext: preamble-text)");
  CHECK(describe(inbound, accepted()) == "accept 250 2.0.0 OK (encrypted)");

  Outcome redirected = accepted();
  redirected.judgement.reverse_path = "";
  redirected.envelope.recipients = {"a@one.example", "b@one.example"};
  redirected.judgement.dropped_recipients = {1};
  CHECK(describe(inbound, redirected) ==
        "accept 250 2.0.0 OK (encrypted; the reverse-path becomes <>; dropped "
        "in silence for b@one.example)");

  Outcome by_postfix = refused();
  by_postfix.refused_by_postfix = true;
  CHECK(describe(inbound, by_postfix).find("(postfix") != std::string::npos);
}

TEST_CASE("Mail that leaves without a signature says so") {
  Case outbound;
  outbound.direction = policy::Direction::kOutbound;
  Outcome outcome = accepted();
  CHECK(describe(outbound, outcome).find("not signed") != std::string::npos);
  outcome.judgement.plan.insert_top.push_back({"DKIM-Signature", " v=1"});
  CHECK(describe(outbound, outcome) == "accept 250 2.0.0 OK (encrypted)");
}

TEST_CASE("A mailbox file that was taken for a message says so") {
  const Case inbound;
  Outcome outcome;
  outcome.judgement = policy::refuse("malformed", "554 5.6.0 Malformed message",
                                     "invalid-field-name");
  CHECK(describe(inbound, outcome).find("mailbox") == std::string::npos);
  outcome.begins_as_mbox = true;
  CHECK(describe(inbound, outcome) ==
        "reject 554 5.6.0 Malformed message (malformed: invalid-field-name; "
        "the first line is that of a mailbox file: remove it, or say "
        "--as-postfix)");
}

TEST_CASE("Only a verdict's word is coloured") {
  CHECK(coloured("accept (encrypted)", policy::Verdict::kAccept) ==
        "\x1b[32maccept\x1b[0m (encrypted)");
  CHECK(coloured("reject 523", policy::Verdict::kReject) ==
        "\x1b[31mreject\x1b[0m 523");
  CHECK(coloured("tempfail 451", policy::Verdict::kTempfail) ==
        "\x1b[33mtempfail\x1b[0m 451");
}

TEST_CASE("An expectation is met by the verdict and the reply's beginning") {
  const policy::Judgement accept = policy::accept();
  const policy::Judgement reject = refused().judgement;
  const policy::Judgement tempfail =
      policy::refuse("key-lookup", "451 4.7.5 Key", {});
  const policy::Judgement discard = policy::discard("disabled");
  struct Row {
    Expectation expectation;
    std::string reply;
    const policy::Judgement& judgement;
    std::string difference;
  };
  const std::vector<Row> rows = {
      {Expectation::kNothing, "", reject, ""},
      {Expectation::kAccept, "", accept, ""},
      {Expectation::kAccept, "250", accept, ""},
      {Expectation::kAccept, "", discard, ""},
      {Expectation::kAccept, "", reject, "wanted accept, got reject"},
      {Expectation::kReject, "", reject, ""},
      {Expectation::kReject, "523 5.7.1 Enc", reject, ""},
      {Expectation::kReject, "523 5.7.1 enc", reject,
       "wanted reject 523 5.7.1 enc, got reject"},
      {Expectation::kReject, "", tempfail, "wanted reject, got tempfail"},
      {Expectation::kTempfail, "451", tempfail, ""},
      {Expectation::kTempfail, "", accept, "wanted tempfail, got accept"},
      {Expectation::kEither, "", accept, ""},
      {Expectation::kEither, "", reject, ""},
      {Expectation::kEither, "", tempfail,
       "wanted accept or reject, got tempfail"},
  };
  for (const auto& row : rows) {
    Case subject;
    subject.expectation = row.expectation;
    subject.reply = row.reply;
    CAPTURE(row.difference, row.reply, policy::to_string(row.judgement.reply));
    CHECK(difference(subject, row.judgement) == row.difference);
  }
}

TEST_CASE("An object has the words that a program looks for") {
  Case subject;
  subject.name = "a\xff.eml";
  const nlohmann::ordered_json plain = to_json(subject, refused(), "");
  CHECK(to_line(plain) ==
        "{\"file\":\"a\xef\xbf\xbd.eml\",\"verdict\":\"reject\","
        "\"reply\":\"523 5.7.1 Encryption Needed: Invalid Unencrypted Mail\","
        "\"reason\":\"cleartext\",\"detail\":\"preamble-text\","
        "\"shape\":\"cleartext\"}");

  subject.expectation = Expectation::kAccept;
  subject.position = "manifest.jsonl:3";
  const nlohmann::ordered_json compared =
      to_json(subject, refused(), "queued/a.eml");
  CHECK(compared["ok"] == false);
  CHECK(compared["position"] == "manifest.jsonl:3");
  CHECK(compared["emitted"] == "queued/a.eml");
}

}  // namespace
}  // namespace ctl
