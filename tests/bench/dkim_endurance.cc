// Does anything grow?  Verifies and signs for long, both kinds of keys, good
// and broken messages, and compares the resident memory at its end with that
// after the first tenth.
//
// Run: build/release/bin/dkim_endurance [--verifications N] [--signatures N]
// (1,000,000 and 200,000 by default; about a minute).  No part of
// tests/run.  It ends with status 1 when a result is wrong or when more than
// 1 MiB was added.  Under valgrind or a sanitizer, which keep freed memory, it
// is for the leak report: give it smaller numbers there.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dkim/signer.h"
#include "dkim/table_resolver.h"
#include "dkim/verifier.h"
#include "tests/bench/stopwatch.h"

namespace {

constexpr std::int64_t kNow = 1'700'000'000;
constexpr long kMostGrowth = 1024;  // KiB

using Fields = std::vector<std::pair<std::string, std::string>>;

struct World {
  dkim::TableResolver resolver;
  std::vector<dkim::SignerOptions> options;  // RSA, Ed25519, both
  Fields fields = {{"From", " <alice@example.org>"},
                   {"To", " <bob@example.net>"},
                   {"Subject", " [...]"}};
  std::string body;
};

std::string sign(const World& world, const dkim::SignerOptions& options,
                 Fields& fields) {
  dkim::Signer signer(options, kNow);
  for (const auto& [name, body] : world.fields) signer.header_field(name, body);
  signer.end_of_header();
  signer.body(world.body);
  dkim::SigningResult result = signer.finish();
  fields = world.fields;
  for (std::string& body : result.field_bodies) {
    fields.emplace(fields.begin(), "DKIM-Signature", std::move(body));
  }
  return result.error;
}

dkim::Cause verify(World& world, const Fields& fields, std::string_view body,
                   std::string_view author_domain) {
  dkim::Verifier verifier(dkim::VerifierOptions{}, world.resolver);
  for (const auto& [name, text] : fields) verifier.header_field(name, text);
  verifier.end_of_header(author_domain, kNow);
  verifier.body(body);
  return verifier.finish(std::chrono::steady_clock::time_point::min()).cause;
}

long resident_kib() {
  std::ifstream statm("/proc/self/statm");
  long total = 0;
  long resident = 0;
  statm >> total >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

// Runs `once` `count` times; false when it grew.
template <typename Once>
bool endure(const char* what, long count, Once once) {
  const long settled = count / 10;
  for (long i = 0; i < settled; ++i) once(i);
  const long before = resident_kib();
  for (long i = settled; i < count; ++i) once(i);
  const long after = resident_kib();
  std::printf("%-14s %9ld  resident %ld KiB after a tenth, %ld at the end\n",
              what, count, before, after);
  return after - before <= kMostGrowth;
}

std::unique_ptr<World> make_world() {
  auto world = std::make_unique<World>();
  const auto rsa =
      dkim::generate_signing_key(dkim::KeyType::kRsa, "example.org", "r");
  const auto ed25519 =
      dkim::generate_signing_key(dkim::KeyType::kEd25519, "example.org", "e");
  bench::check(rsa.key && ed25519.key, "keys");
  world->resolver.add("r._domainkey.example.org", {rsa.key->record()});
  world->resolver.add("e._domainkey.example.org", {ed25519.key->record()});
  world->options.resize(3);
  world->options[0].keys = {rsa.key};
  world->options[1].keys = {ed25519.key};
  world->options[2].keys = {rsa.key, ed25519.key};
  while (world->body.size() < 2000)
    world->body += "wcBMA9mWw1yZ0x8K  AQf/ \r\n";
  return world;
}

long number_after(int argc, char** argv, std::string_view option,
                  long fallback) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] == option) return std::strtol(argv[i + 1], nullptr, 10);
  }
  return fallback;
}

}  // namespace

int main(int argc, char** argv) {
  const auto world = make_world();
  std::vector<Fields> messages(world->options.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    bench::check(sign(*world, world->options[i], messages[i]).empty(),
                 "signing");
  }
  const std::string changed = world->body + "x\r\n";
  bool is_flat = endure(
      "verifications", number_after(argc, argv, "--verifications", 1'000'000),
      [&](long i) {
        // Ed25519 takes five times as long, so it comes less often.
        const Fields& fields = messages[i % 10 == 0 ? 1 : i % 2 == 0 ? 2 : 0];
        const bool breaks = i % 7 == 0;
        const bool foreign = i % 11 == 0;
        const auto cause =
            verify(*world, fields, breaks ? changed : world->body,
                   foreign ? "example.com" : "example.org");
        const auto wanted = foreign  ? dkim::Cause::kNotAligned
                            : breaks ? dkim::Cause::kBodyHash
                                     : dkim::Cause::kNone;
        bench::check(cause == wanted, "verifying");
      });
  Fields fields;
  is_flat &= endure(
      "signatures", number_after(argc, argv, "--signatures", 200'000),
      [&](long i) {
        bench::check(
            sign(*world, world->options[i % 2 == 0 ? 0 : 1], fields).empty(),
            "signing");
      });
  if (!is_flat) std::puts("it grows");
  return is_flat ? 0 : 1;
}
