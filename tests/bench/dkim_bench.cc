// What do verifying and signing cost beside the hash and the public-key step?
// Run: build/release/bin/dkim_bench
//
// For bodies of several sizes, RSA-2048 and Ed25519, relaxed/relaxed, keys
// cached: microseconds a message of CPU time by either engine, medians of
// rounds in which raw OpenSSL and both engines take turns, and the ratio to raw
// OpenSSL (one SHA-256 over the body, one over the header section, one
// public-key operation with a parsed key).  Each answer is checked before it is
// timed; a wrong one ends the program with status 1.  With --check nothing is
// timed.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dkim/public_key.h"
#include "dkim/sha256.h"
#include "dkim/signer.h"
#include "dkim/table_resolver.h"
#include "dkim/verifier.h"
#include "tests/bench/stopwatch.h"

namespace {

using dkim::EngineKind;
constexpr std::int64_t kNow = 1'700'000'000;
// A milter gets a body in chunks of this size.
constexpr std::size_t kChunk = 65'535;

struct Message {
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

Message make_message(std::size_t size) {
  Message message;
  message.fields = {
      {"From", " <alice@example.org>"},
      {"To", " <bob@example.net>"},
      {"Date", " Tue, 14 Nov 2023 22:13:20 +0000"},
      {"Message-ID", " <7e0c8b5a-6f2c-4c3b-9d55-8f9a6f3a2b10@localhost>"},
      {"Subject", " [...]"},
      {"Chat-Version", " 1.0"},
      {"MIME-Version", " 1.0"},
      {"Content-Type",
       " multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"
       "\tboundary=\"17f3b1c2d4e5f601_5a3c\""},
  };
  const std::string line =
      "wcBMA9mWw1yZ0x8KAQf/d2Y8ZpTz3n0vKqkQwYxw1rT5oFf0e4sW8b7u2m9c1d3e\r\n";
  while (message.body.size() < size) message.body += line;
  return message;
}

dkim::SigningResult sign(const dkim::SignerOptions& options,
                         const Message& message) {
  dkim::Signer signer(options, kNow);
  for (const auto& [name, body] : message.fields) {
    signer.header_field(name, body);
  }
  signer.end_of_header();
  const std::string_view body = message.body;
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    signer.body(body.substr(at, kChunk));
  }
  return signer.finish();
}

bool verify(EngineKind engine, dkim::KeyResolver& resolver,
            const Message& message) {
  dkim::VerifierOptions options;
  options.engine = engine;
  dkim::Verifier verifier(options, resolver);
  for (const auto& [name, body] : message.fields) {
    verifier.header_field(name, body);
  }
  verifier.end_of_header("example.org", kNow);
  const std::string_view body = message.body;
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    verifier.body(body.substr(at, kChunk));
  }
  return verifier.finish(std::chrono::steady_clock::time_point::min()).status ==
         dkim::Status::kPass;
}

// The least that any verifier or signer does.
dkim::Digest raw_hash(const Message& message, const std::string& header) {
  dkim::Sha256 body;
  body.write(message.body);
  dkim::Sha256 fields;
  fields.write(header);
  bench::check(body.finish().has_value(), "raw hash");
  return *fields.finish();
}

struct Medians {
  double raw = 0;
  double native = 0;
  double opendkim = 0;
};

// One after the other in each round, so that whatever else the machine does is
// no matter of one of them; of each the median over all rounds.
Medians medians_of(const std::function<void()>& raw,
                   const std::function<void()>& native,
                   const std::function<void()>& opendkim) {
  constexpr std::size_t rounds = 41;
  constexpr double least = 2000;  // microseconds of a measurement
  const std::function<void()>* const works[] = {&raw, &native, &opendkim};
  std::vector<double> spent[3];
  int times[3] = {1, 1, 1};
  while (spent[0].size() < rounds) {
    bool is_long_enough = true;
    for (int work = 0; work < 3; ++work) {
      const double start = bench::cpu_microseconds();
      for (int i = 0; i < times[work]; ++i) (*works[work])();
      const double took = bench::cpu_microseconds() - start;
      spent[work].push_back(took / times[work]);
      if (took < least) {
        times[work] *= 2;
        is_long_enough = false;
      }
    }
    // While the number of times is sought nothing counts.
    if (!is_long_enough) {
      for (auto& each : spent) each.clear();
    }
  }
  for (auto& each : spent) std::sort(each.begin(), each.end());
  return {spent[0][rounds / 2], spent[1][rounds / 2], spent[2][rounds / 2]};
}

void report(const char* what, std::size_t size, const Medians& medians) {
  const auto [raw, native, opendkim] = medians;
  std::printf(
      "%-18s %8zu octets  raw %8.1f us  native %8.1f us (%.2f)  "
      "libopendkim %8.1f us (%.2f)  %8.0f messages/s  %7.1f MB/s\n",
      what, size, raw, native, native / raw, opendkim, opendkim / raw,
      1e6 / native, static_cast<double>(size) / native);
}

void run(const std::shared_ptr<const dkim::SigningKey>& key,
         const char* algorithm, std::size_t size, bool only_checks) {
  Message message = make_message(size);
  dkim::SignerOptions options;
  options.body_canonicalization = dkim::Canonicalization::kRelaxed;
  options.keys = {key};
  dkim::SignerOptions other = options;
  other.engine = EngineKind::kOpendkim;
  dkim::TableResolver resolver;
  resolver.add("s._domainkey.example.org", {key->record()});

  std::string header;
  for (const auto& [name, body] : message.fields) {
    header.append(name).append(":").append(body).append("\r\n");
  }
  const dkim::SigningResult made = sign(options, message);
  bench::check(made.field_bodies.size() == 1, "signing");
  header.append("dkim-signature:").append(made.field_bodies[0]);
  const dkim::Digest digest = raw_hash(message, header);
  const std::string signature = dkim::sign_digest(key->key(), digest);
  Message signed_message = message;
  signed_message.fields.emplace(signed_message.fields.begin(), "DKIM-Signature",
                                made.field_bodies[0]);
  for (const auto engine : {EngineKind::kNative, EngineKind::kOpendkim}) {
    bench::check(verify(engine, resolver, signed_message), "verifying");
  }
  bench::check(sign(other, message).field_bodies.size() == 1, "libopendkim");

  bench::check(dkim::verify_digest(key->key(), digest, signature),
               "raw verification");
  if (only_checks) return;

  const std::string verifying = std::string("verify ") + algorithm;
  report(verifying.c_str(), size,
         medians_of(
             [&] {
               bench::check(
                   dkim::verify_digest(key->key(), raw_hash(message, header),
                                       signature),
                   "raw verification");
             },
             [&] { verify(EngineKind::kNative, resolver, signed_message); },
             [&] { verify(EngineKind::kOpendkim, resolver, signed_message); }));
  const std::string signing = std::string("sign ") + algorithm;
  report(signing.c_str(), size,
         medians_of(
             [&] { dkim::sign_digest(key->key(), raw_hash(message, header)); },
             [&] { sign(options, message); }, [&] { sign(other, message); }));
}

}  // namespace

int main(int argc, char** argv) {
  const bool only_checks = bench::only_checks(argc, argv);
  const auto rsa =
      dkim::generate_signing_key(dkim::KeyType::kRsa, "example.org", "s");
  const auto ed25519 =
      dkim::generate_signing_key(dkim::KeyType::kEd25519, "example.org", "s");
  bench::check(rsa.key && ed25519.key, "keys");
  for (const std::size_t size : {5'000UL, 10'000UL, 1'000'000UL}) {
    run(rsa.key, "rsa-2048", size, only_checks);
    run(ed25519.key, "ed25519", size, only_checks);
  }
  return 0;
}
