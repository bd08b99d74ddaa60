#include "test_world.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "dkim/base64.h"
#include "dkim/header_hash.h"
#include "dkim/header_section.h"
#include "dkim/sha256.h"
#include "dkim/signature.h"

// Of the leak sanitizer, where it is linked: libopendkim loses half a kilobyte
// with each Ed25519 signature that it makes, which is not ours to fix.
extern "C" {
void __lsan_disable() __attribute__((weak));  // NOLINT
void __lsan_enable() __attribute__((weak));   // NOLINT
}

namespace dkim::testing {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string read_data(const std::string& name) {
  std::string text =
      read_file(CHATMILTER_SOURCE_DIR "/tests/dkim/data/" + name);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Message split_message(std::string_view text) {
  Message message;
  while (!text.empty() && !text.starts_with("\r\n")) {
    std::size_t end = text.find("\r\n");
    while (end != std::string_view::npos && end + 2 < text.size() &&
           (text[end + 2] == ' ' || text[end + 2] == '\t')) {
      end = text.find("\r\n", end + 2);
    }
    const std::string_view field = text.substr(0, end);
    const std::size_t colon = field.find(':');
    REQUIRE(colon != std::string_view::npos);
    message.fields.emplace_back(field.substr(0, colon),
                                field.substr(colon + 1));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
  if (!text.empty()) message.body = text.substr(2);
  return message;
}

std::shared_ptr<const SigningKey> test_key(const std::string& pem_file,
                                           std::string_view domain,
                                           std::string_view selector) {
  SigningKeyResult result =
      parse_signing_key(read_data(pem_file), domain, selector);
  REQUIRE(result.error.empty());
  return result.key;
}

World::World() {
  message.fields = {
      {"From", " Alice <alice@example.org>"},
      {"To", " bob@example.net"},
      {"Subject", " [...]"},
      {"Date", " Tue, 14 Nov 2023 22:13:20 +0000"},
      {"Message-ID", " <1@example.org>"},
      {"Content-Type", " multipart/encrypted;\r\n\tboundary=b"},
  };
  message.body = "Hello  world \r\n\r\n a\tb\r\nlast line\r\n\r\n\r\n";
  signing.keys = {test_key("rsa2048.pem", "example.org", "r")};
  dns.add("r._domainkey.example.org", {signing.keys[0]->record()});
}

void World::sign() {
  const bool leaks =
      signing.engine == EngineKind::kOpendkim && __lsan_disable != nullptr;
  if (leaks) __lsan_disable();
  Signer signer(signing, signed_at);
  for (const auto& [name, body] : message.fields) {
    signer.header_field(name, body);
  }
  signer.end_of_header();
  signer.body(message.body);
  const SigningResult result = signer.finish();
  if (leaks) __lsan_enable();
  REQUIRE(result.error.empty());
  for (auto it = result.field_bodies.rbegin(); it != result.field_bodies.rend();
       ++it) {
    message.fields.emplace(message.fields.begin(), "DKIM-Signature", *it);
  }
}

VerificationResult World::verify(std::size_t chunk) {
  return verify_with(dns, *this, chunk);
}

VerificationResult verify_with(KeyResolver& resolver, const World& world,
                               std::size_t chunk) {
  Verifier verifier(world.verifying, resolver);
  // As policy::Judge does by the reverse-path.
  verifier.expect_author(world.author_domain);
  for (const auto& [name, body] : world.message.fields) {
    verifier.header_field(name, body);
  }
  verifier.end_of_header(world.author_domain, world.verified_at);
  std::string_view body = world.message.body;
  while (!body.empty()) {
    verifier.body(body.substr(0, chunk));
    body.remove_prefix(std::min(chunk, body.size()));
  }
  return verifier.finish(no_wait());
}

std::string& signature_of(World& world) {
  for (auto& [name, body] : world.message.fields) {
    if (name == "DKIM-Signature") return body;
  }
  throw std::logic_error("no DKIM-Signature field");
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

std::string sign_template(const World& world, std::string signature,
                          const SigningKey& key) {
  const bool relaxed = signature.find("/relaxed") != std::string::npos;
  BodyCanonicalizer canonicalizer(relaxed ? Canonicalization::kRelaxed
                                          : Canonicalization::kSimple);
  Sha256 hash;
  canonicalizer.write(world.message.body, hash);
  canonicalizer.finish(hash);
  const auto body_hash = hash.finish();
  const std::size_t place = signature.find("@bh@");
  if (place != std::string::npos) {
    signature.replace(place, 4,
                      encode_base64({body_hash->data(), body_hash->size()}));
  }
  signature += " b=";
  HeaderSection section;
  for (const auto& [name, body] : world.message.fields) section.add(name, body);
  section.add("DKIM-Signature", signature + "AAAA");
  const std::size_t own = section.size() - 1;
  Signature parsed = parse_signature(section.field(own).body);
  const auto digest = header_hash(section, parsed, own);
  return signature + encode_base64(sign_digest(key.key(), *digest));
}

}  // namespace dkim::testing
