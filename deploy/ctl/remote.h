#pragma once

// A command of ours on another host, by ssh(1) and scp(1).

#include <string>
#include <vector>

#include "deploy/ctl/command.h"

namespace ctl {

struct RemoteRun {
  std::string host;         // as ssh takes it; root where no user is named
  std::string config_file;  // goes to /etc/chatmail/chatmail.ini there
  std::string package;      // "" or a .deb that is installed there first
  std::vector<std::string> words;  // our own: no shell of that host minds them
};

// Gives the exit status of the command there, or kExitUnusable.
int run_remotely(const RemoteRun& run, Surroundings& surroundings);

}  // namespace ctl
