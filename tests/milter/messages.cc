#include "tests/milter/messages.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <catch2/catch.hpp>
#include <ctime>
#include <utility>

#include "dkim/signer.h"
#include "mime/ascii.h"
#include "tests/policy/valid_world.h"

namespace test {
namespace {

Submission message_of(const policy_test::ValidWorld& world) {
  Submission submission;
  submission.fields = world.fields;
  submission.body = world.body;
  return submission;
}

std::string folded_with_crlf(std::string_view value) {
  std::string folded;
  for (const char c : value) {
    if (c == '\n') folded += '\r';
    folded += c;
  }
  return folded;
}

std::uint32_t number_of(const std::string& payload) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | static_cast<unsigned char>(payload.at(i));
  }
  return number;
}

std::string first_string(const std::string& payload, std::size_t at = 0) {
  return payload.substr(at, payload.find('\0', at) - at);
}

policy::HeaderField field_of(const std::string& payload) {
  const std::string name = first_string(payload, 4);
  return {name, folded_with_crlf(first_string(payload, 5 + name.size()))};
}

void change(std::vector<policy::HeaderField>& fields,
            const std::string& payload) {
  std::uint32_t left = number_of(payload);
  const policy::HeaderField edit = field_of(payload);
  for (auto at = fields.begin(); at != fields.end(); ++at) {
    if (!mime::equal_ignoring_case(at->name, edit.name) || --left != 0) {
      continue;
    }
    if (edit.body.empty()) {
      fields.erase(at);
    } else {
      at->body = edit.body;
    }
    return;
  }
  FAIL("no field for the change of " << edit.name);
}

void insert_on_top(std::vector<policy::HeaderField>& fields,
                   const std::string& payload) {
  CHECK(number_of(payload) == 0);
  fields.insert(fields.begin(), field_of(payload));
}

// One key for all messages: the milter keeps what it has looked up.
const std::shared_ptr<const dkim::SigningKey>& alice_key() {
  static const auto key =
      policy_test::ValidWorld(policy::Direction::kInbound).alice_key;
  return key;
}

}  // namespace

dkim::testing::DnsRecord alice_record(std::uint32_t ttl) {
  return {
      dkim::testing::DnsRecord::Kind::kTxt, {alice_key()->record()}, {}, ttl};
}

Submission inbound_message(dkim::testing::DnsServer& names) {
  Submission submission = unsigned_inbound_message();
  sign(submission, names);
  return submission;
}

Submission unsigned_inbound_message() {
  policy_test::ValidWorld world(policy::Direction::kInbound);
  world.remove_field("DKIM-Signature");
  return message_of(world);
}

void sign(Submission& submission, dkim::testing::DnsServer& names) {
  dkim::SignerOptions options;
  options.keys = {alice_key()};
  dkim::Signer signer(options, std::time(nullptr));
  for (const policy::HeaderField& signed_field : submission.fields) {
    signer.header_field(signed_field.name, signed_field.body);
  }
  signer.end_of_header();
  signer.body(submission.body);
  const dkim::SigningResult result = signer.finish();
  REQUIRE(result.error.empty());
  submission.fields.insert(submission.fields.begin(),
                           {"DKIM-Signature", result.field_bodies.front()});
  names.set(kAliceKeyName, alice_record());
}

Submission outbound_message() {
  const policy_test::ValidWorld world(policy::Direction::kOutbound);
  Submission submission = message_of(world);
  submission.daemon_name = "ORIGINATING";
  submission.login = "bob@relay.example";
  submission.reverse_path = "<bob@relay.example>";
  submission.recipients = {"<alice@alice.example>"};
  return submission;
}

policy::HeaderField& field(Submission& submission, const std::string& name) {
  for (policy::HeaderField& candidate : submission.fields) {
    if (mime::equal_ignoring_case(candidate.name, name)) return candidate;
  }
  FAIL("no field " << name);
  return submission.fields.front();
}

std::vector<policy::HeaderField> edited(const Submission& submission,
                                        const Outcome& outcome) {
  std::vector<policy::HeaderField> fields = submission.fields;
  for (const MilterPacket& edit : outcome.edits) {
    if (edit.command == SMFIR_CHGHEADER) {
      change(fields, edit.payload);
    } else if (edit.command == SMFIR_INSHEADER) {
      insert_on_top(fields, edit.payload);
    }
  }
  return fields;
}

std::string new_reverse_path(const Outcome& outcome) {
  for (const MilterPacket& edit : outcome.edits) {
    if (edit.command == SMFIR_CHGFROM) return first_string(edit.payload);
  }
  return {};
}

std::vector<std::string> removed_recipients(const Outcome& outcome) {
  std::vector<std::string> removed;
  for (const MilterPacket& edit : outcome.edits) {
    if (edit.command == SMFIR_DELRCPT) {
      removed.push_back(first_string(edit.payload));
    }
  }
  return removed;
}

}  // namespace test
