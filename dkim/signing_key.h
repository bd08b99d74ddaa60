#pragma once

// A private key with the domain and selector that it signs for.
//
// Read from a PEM file (PKCS#1 or PKCS#8, as opendkim-genkey and openssl write
// it), RSA from 1024 to 4096 bits or Ed25519 (RFC 8463).  A file that others
// may read or write, or that its group may write, is refused.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "dkim/key_record.h"
#include "mime/sink.h"

namespace dkim {

class SigningKey {
 public:
  SigningKey(std::string domain, std::string selector, KeyType type,
             std::shared_ptr<evp_pkey_st> key);

  const std::string& domain() const { return domain_; }      // d=
  const std::string& selector() const { return selector_; }  // s=
  KeyType type() const { return type_; }
  const std::shared_ptr<evp_pkey_st>& key() const { return key_; }
  // The TXT record to publish, "v=DKIM1; k=rsa; p=...".
  std::string record() const;
  // The same for a zone: for email alone (s=email), and i= may not be of a
  // subdomain (t=s), as relays publish it.
  std::string strict_record() const;
  // Where it is published: "selector._domainkey.example.org".
  std::string record_name() const;
  // PKCS#8 in PEM form: what a key file holds; empty on failure.
  std::string private_pem() const;

 private:
  std::string domain_;
  std::string selector_;
  KeyType type_;
  std::shared_ptr<evp_pkey_st> key_;
};

struct SigningKeyResult {
  std::shared_ptr<const SigningKey> key;
  std::string error;  // not empty when key is null: one line for the operator
};

SigningKeyResult load_signing_key(const std::string& path,
                                  std::string_view domain,
                                  std::string_view selector);
// A new key, RSA of 2048 bits or Ed25519.
SigningKeyResult generate_signing_key(KeyType type, std::string_view domain,
                                      std::string_view selector);
SigningKeyResult parse_signing_key(std::string_view pem,
                                   std::string_view domain,
                                   std::string_view selector);

// Whether this header section, as a bounce returns it, carries a signature
// made with `key` that holds for the header fields.  The body is not there, so
// bh= is taken as it stands; x= is not looked at, because a bounce may come
// days later.
bool verify_own_signature(std::span<const mime::HeaderField> fields,
                          const SigningKey& key);

}  // namespace dkim
