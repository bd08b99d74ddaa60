#pragma once

// The command line of `chatmail check`.

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/check_case.h"
#include "deploy/ctl/judging.h"

namespace ctl {

class CommandLine;

struct CheckOptions {
  Case defaults;  // for messages, and for what a manifest does not say
  std::vector<std::string> messages;
  std::vector<std::string> manifests;
  std::vector<std::string> assumptions;
  std::string dns_file;
  std::string config_file;
  std::string rules_directory;  // empty: as settings, or the shipped ones
  daemons::Settings settings;   // of config_file
  std::string engine;           // "native" or "opendkim"; empty: native
  std::int64_t chunk_octets = 65535;
  std::vector<std::string> dkim_key_files;
  std::vector<std::string> dkim_selectors;
  std::string dkim_domain;
  std::string emit_directory;
  bool json = false;
  JudgingOptions judging;
};

// `options` outlives the parsing.
void declare_check_options(CommandLine& command, CheckOptions& options);

// Reads the files that the options name.  Returns what is wrong, or "";
// `warnings` is what may be read over.
std::string complete(CheckOptions& options, std::vector<std::string>& warnings);

}  // namespace ctl
