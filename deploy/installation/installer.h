#pragma once

// A host into a relay, or a relay into that of another chatmail.ini.
//
// Three stages: install (Debian packages), configure (files, keys, web page),
// activate (units).  Each can run alone, and each does only what is not so yet:
// a second run changes nothing.  When a program does not take its new
// configuration the old files are put back and nothing is restarted.

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/installation/story.h"
#include "deploy/relay/render.h"
#include "deploy/relay/site.h"

namespace installation {

struct Stages {
  bool install = true;
  bool configure = true;
  bool activate = true;
};

struct Options {
  Stages stages;
  bool dry_run = false;
  bool skip_dns_check = false;
  // "" for this host; a folder stands for / when somebody only looks: then no
  // program is started and nobody owns a file.
  std::string root;
  std::string templates;    // "" are the shipped ones
  std::string config_file;  // where the settings are from
  std::int64_t now = 0;     // seconds since 1970
};

// Whether all went well; what did not is told.
bool install(const daemons::Settings& settings, const relay::Site& site,
             const Options& options, Story& story);

struct RemovalOptions {
  // Also mailboxes, keys, certificates and chatmail.ini.
  bool purge = false;
  bool dry_run = false;
  std::string root;
};

// Puts back what was there before the relay.
bool uninstall(const daemons::Settings& settings, const relay::Site& site,
               const RemovalOptions& options, Story& story);

// Of installer.cc and activation.cc.  With the files in place: stops the units
// that the site does not have, and gives those that ran.
std::vector<std::string> quiet_units(const relay::Site& site,
                                     bool units_changed);

// The units of the site; `concerned` are those whose files changed.
bool activate(const relay::Site& site,
              const std::vector<relay::UnitNotice>& concerned,
              const Options& options, Story& story);

}  // namespace installation
