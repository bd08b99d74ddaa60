#pragma once

// What the subcommands of `chatmail dkim` share: the relay's keys, and where
// public keys come from.
//
// A command is about the keys of chatmail.ini, or about the one that --key
// names.  Nothing here changes a relay but `keygen`, which writes a file that
// was not there.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "dkim/key_resolver.h"
#include "dkim/signing_key.h"
#include "dkim/verifier.h"

namespace ctl {

struct DkimOptions {
  std::string config_file;
  bool json = false;
  std::string type = "rsa";          // keygen: rsa or ed25519
  std::string key_file;              // instead of that of chatmail.ini
  std::string selector;              // the same
  std::string domain;                // the same
  std::string message_file;          // verify
  std::string dns_file;              // a table instead of the DNS
  std::vector<std::string> servers;  // asked instead of those of chatmail.ini
};

struct DkimTask {
  const DkimOptions& options;
  const daemons::Settings& settings;  // of chatmail.ini, or its fallbacks
  Surroundings& surroundings;

  int complain(std::string_view what, int status = kExitUnusable) const;
};

int make_dkim_key(const DkimTask& task);
int print_dkim_records(const DkimTask& task);
int verify_dkim_file(const DkimTask& task);
int test_dkim_keys(const DkimTask& task);

// The file, selector and domain of a key that is to be made or read.
struct KeyPlace {
  std::string file;
  std::string selector;
  std::string domain;
};
KeyPlace key_place(const DkimTask& task, bool is_ed25519);

using SigningKeys = std::vector<std::shared_ptr<const dkim::SigningKey>>;
// Those of the options or of chatmail.ini; none, and what is wrong in `error`.
SigningKeys read_keys(const DkimTask& task, std::string& error);

// `name. IN TXT ( "..." "..." )` for a zone file, a string of at most 255
// octets each (RFC 1035 3.3.14).
std::string zone_line(const dkim::SigningKey& key);
std::vector<std::string> record_strings(std::string_view text);

// A message that the relay would sign, signed by these keys and verified, in
// the order of the keys.  What kept it from being signed goes into `error`.
dkim::VerificationResult verify_own_signatures(const SigningKeys& keys,
                                               dkim::KeyResolver& resolver,
                                               const DkimTask& task,
                                               std::string& error);

struct KeySource {
  std::shared_ptr<dkim::KeyResolver> resolver;  // null after an error
  std::string error;
};
KeySource key_source(const DkimTask& task);

}  // namespace ctl
