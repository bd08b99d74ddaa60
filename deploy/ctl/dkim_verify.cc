// `chatmail dkim verify FILE` and `test`.

#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

#include "deploy/ctl/dkim.h"
#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/message_reader.h"
#include "dkim/cause_text.h"
#include "dkim/domain_name.h"
#include "dkim/signer.h"
#include "dkim/verifier.h"
#include "milter/judging_settings.h"
#include "mime/author.h"
#include "policy/signing.h"

namespace ctl {
namespace {

using nlohmann::ordered_json;

// The domain of the one author; "" where there is none.
std::string author_domain(const MessageView& message) {
  std::string domain;
  std::size_t authors = 0;
  for (const auto& field : message.fields) {
    if (!dkim::equals_ignoring_case(field.name, "From")) continue;
    ++authors;
    domain = mime::parse_author(field.body).mailbox.domain;
  }
  return authors == 1 ? domain : std::string();
}

dkim::VerificationResult verify(const MessageView& message,
                                dkim::KeyResolver& resolver,
                                const DkimTask& task) {
  dkim::VerifierOptions options;
  options.every_signature = true;
  dkim::Verifier verifier(options, resolver);
  for (const auto& field : message.fields) {
    verifier.header_field(field.name, field.body);
  }
  verifier.end_of_header(author_domain(message), task.surroundings.now);
  verifier.body(message.body);
  // Each signature may be asked about twice.
  return verifier.finish(
      std::chrono::steady_clock::now() +
      2 * std::chrono::seconds(task.settings.number("dns_timeout")) +
      std::chrono::seconds(1));
}

ordered_json in_json(const dkim::SignatureResult& signature) {
  return {{"domain", signature.sdid},
          {"selector", signature.selector},
          {"algorithm", signature.algorithm},
          {"key_bits", signature.key_bits},
          {"result", dkim::to_string(signature.status)},
          {"cause", signature.cause == dkim::Cause::kNone
                        ? std::string_view()
                        : dkim::to_string(signature.cause)},
          {"aligned", signature.aligned},
          {"testing", signature.testing}};
}

// "pass      opendkim._domainkey.example.org: rsa-sha256, 2048 bits".
std::string in_words(const dkim::SignatureResult& signature) {
  std::string line(dkim::to_string(signature.status));
  line.resize(std::max<std::size_t>(line.size(), 9), ' ');
  if (signature.cause != dkim::Cause::kNone) {
    line += ' ' + dkim::cause_text(signature.selector, signature.sdid,
                                   signature.cause);
  } else {
    line += ' ' + signature.selector + "._domainkey." + signature.sdid + ": " +
            signature.algorithm + ", " + std::to_string(signature.key_bits) +
            " bits";
  }
  if (!signature.aligned) line += "; not of the author's domain";
  if (signature.testing) line += "; the key record says it is a test (t=y)";
  return without_controls(line);
}

void print(const DkimTask& task, const dkim::SignatureResult& signature) {
  task.surroundings.out << (task.options.json ? to_line(in_json(signature))
                                              : in_words(signature))
                        << '\n';
}

// The message that a relay would sign, signed by these keys.
MessageView signed_message(const SigningKeys& keys, const DkimTask& task,
                           std::string& error) {
  const std::string& domain = keys.front()->domain();
  MessageView message;
  message.fields = {{"From", " <dkim-test@" + domain + ">"},
                    {"To", " <dkim-test@" + domain + ">"},
                    {"Date", " Thu, 01 Jan 2026 00:00:00 +0000"},
                    {"Subject", " [...]"},
                    {"Content-Type", " text/plain; charset=utf-8"}};
  message.body = "A test of this relay's signatures.\r\n";
  policy::Configuration configuration;
  milter::apply_settings(task.settings, configuration);
  dkim::SignerOptions options = policy::signer_options(configuration);
  options.keys = keys;
  dkim::Signer signer(options, task.surroundings.now);
  for (const auto& field : message.fields) {
    signer.header_field(field.name, field.body);
  }
  signer.end_of_header();
  signer.body(message.body);
  dkim::SigningResult result = signer.finish();
  error = result.error;
  for (auto at = result.field_bodies.rbegin(); at != result.field_bodies.rend();
       ++at) {
    message.fields.insert(message.fields.begin(),
                          {"DKIM-Signature", std::move(*at)});
  }
  return message;
}

// What an operator can do about a key of his that the world cannot use.
std::string advice(dkim::Cause cause, const dkim::SigningKey& key) {
  switch (cause) {
    case dkim::Cause::kNone:
      return {};
    case dkim::Cause::kNoRecord:
      return "the DNS has no such record; publish this one (a name server "
             "that asked before may\nremember for as long as the SOA record "
             "says that there is none):\n" +
             zone_line(key);
    case dkim::Cause::kSignature:
    case dkim::Cause::kKeyTypeMismatch:
      return "the DNS has another key than the relay; if the relay's is right, "
             "publish this:\n" +
             zone_line(key);
    case dkim::Cause::kRevoked:
      return "the record's p= is empty, which revokes the key; make a new one "
             "with another selector:\nchatmail dkim keygen --selector NAME "
             "--key FILE";
    case dkim::Cause::kDnsTimeout:
    case dkim::Cause::kDnsServfail:
      return "no name server answered; are those of the domain up, and those "
             "of /etc/resolv.conf or\ndns_forwarders?  Others can be asked by "
             "--server";
    case dkim::Cause::kDnsBogus:
      return "the zone's DNSSEC signatures are wrong; sign it again, or fix "
             "its DS record";
    default:
      return "the record cannot be used as it is; publish this one:\n" +
             zone_line(key);
  }
}

}  // namespace

int verify_dkim_file(const DkimTask& task) {
  const FileOctets file =
      read_file(task.options.message_file, task.surroundings.in);
  if (!file.error.empty()) return task.complain(file.error);
  const KeySource source = key_source(task);
  if (source.resolver == nullptr) return task.complain(source.error);
  const MessageView message = read_message(with_crlf(file.octets));
  const auto result = verify(message, *source.resolver, task);
  for (const auto& signature : result.signatures) print(task, signature);
  if (result.signature_fields > result.signatures.size()) {
    task.complain("only the first " + std::to_string(result.signatures.size()) +
                  " of " + std::to_string(result.signature_fields) +
                  " signatures were looked at");
  }
  if (result.signature_fields == 0) {
    task.complain("no DKIM signature found");
  } else if (author_domain(message).empty()) {
    task.complain(
        "the message has no one author: From is repeated, malformed "
        "or not there");
  }
  return result.status == dkim::Status::kPass ? kExitDone : kExitDiffers;
}

dkim::VerificationResult verify_own_signatures(const SigningKeys& keys,
                                               dkim::KeyResolver& resolver,
                                               const DkimTask& task,
                                               std::string& error) {
  const MessageView message = signed_message(keys, task, error);
  return error.empty() ? verify(message, resolver, task)
                       : dkim::VerificationResult{};
}

int test_dkim_keys(const DkimTask& task) {
  std::string error;
  const SigningKeys keys = read_keys(task, error);
  if (keys.empty()) return task.complain(error);
  const KeySource source = key_source(task);
  if (source.resolver == nullptr) return task.complain(source.error);
  const auto result =
      verify_own_signatures(keys, *source.resolver, task, error);
  if (!error.empty()) return task.complain(error);
  bool all_pass = result.signatures.size() == keys.size();
  for (std::size_t i = 0; i < result.signatures.size(); ++i) {
    const auto& signature = result.signatures[i];
    print(task, signature);
    all_pass = all_pass && signature.status == dkim::Status::kPass;
    const std::string what = advice(signature.cause, *keys[i]);
    if (!what.empty() && !task.options.json) {
      task.surroundings.out << what << '\n';
    }
  }
  return all_pass ? kExitDone : kExitDiffers;
}

}  // namespace ctl
