#include "deploy/services/expire/outcome.h"

#include <catch2/catch.hpp>

using expire::Outcome;
using expire::Reason;

namespace {

Outcome sample() {
  Outcome outcome;
  outcome.messages = 5;
  outcome.removed = 2;
  outcome.octets = 300'010;
  outcome.removals = {
      {Reason::kOld, "cur/1", 10, 1'790'000'000},
      {Reason::kLarge, ".Sent/cur/a\nb\xff", 300'000, 1'795'000'000}};
  return outcome;
}

}  // namespace

TEST_CASE("what goes is a line each, in text") {
  CHECK(expire::lines_of({true, false}, "/m/ann@a.example", sample()) ==
        "would remove /m/ann@a.example/cur/1 (2026-09-21, 10 octets, "
        "delete_mails_after)\n"
        "would remove /m/ann@a.example/.Sent/cur/a?b? (2026-11-18, 300000 "
        "octets, delete_large_after)\n");
  Outcome unused;
  unused.removals = {{Reason::kUnused, {}, 0, 1'780'000'000}};
  CHECK(expire::lines_of({false, false}, "/m/bob@a.example", unused) ==
        "removed /m/bob@a.example (last login 2026-05-28, "
        "delete_inactive_users_after)\n");
  unused.removals = {{Reason::kEmpty, {}, 0, 0}};
  CHECK(expire::lines_of({false, false}, "/m/bob@a.example", unused) ==
        "removed /m/bob@a.example (empty)\n");
}

TEST_CASE("what goes is an object each, in JSON") {
  CHECK(expire::lines_of({true, true}, "/m/ann@a.example", sample()) ==
        R"({"would_remove":"/m/ann@a.example/cur/1",)"
        R"("reason":"delete_mails_after","octets":10,"modified":1790000000})"
        "\n"
        R"({"would_remove":"/m/ann@a.example/.Sent/cur/a\nb)"
        "\xEF\xBF\xBD"
        R"(","reason":"delete_large_after","octets":300000,)"
        R"("modified":1795000000})"
        "\n");
}

TEST_CASE("the summary counts what is there, not what vanished") {
  expire::Summary summary;
  summary.add(sample());
  Outcome other;
  other.kind = Outcome::Kind::kRemoved;
  summary.add(other);
  other.kind = Outcome::Kind::kVanished;
  summary.add(other);
  other.kind = Outcome::Kind::kLeftAlone;
  other.error = "password: Permission denied";
  summary.add(other);
  CHECK(expire::line_of({false, false}, summary, 1.234) ==
        "Removed 1 out of 3 mailboxes and 2 out of 5 files in existing "
        "mailboxes in 1.23 seconds\n");
  CHECK(expire::line_of({true, false}, summary, 0)
            .starts_with(
                "Would remove 1 out of 3 mailboxes and 2 out of 5 files"));
  CHECK(expire::line_of({false, true}, summary, 0.5) ==
        R"({"dry_run":false,"mailboxes":3,"mailboxes_removed":1,)"
        R"("messages":5,"messages_removed":2,"octets_removed":300010,)"
        R"("left_alone":1,"errors":1,"seconds":0.5})"
        "\n");
}
