#pragma once

// A command of ours on another host, by ssh(1).
//
// What it prints comes through as it is there, but for control octets: that
// host is not to be trusted with our terminal.  Its exit status is ours.

#include <string>
#include <vector>

#include "deploy/ctl/command.h"

namespace ctl {

class CommandLine;

// Adds --ssh-host to a command that runs there just as it does here.
void add_ssh_host(CommandLine& command, std::string& host);

// This very command line on that host, by the chatmail.ini of that host.
int run_there(const std::string& host, Surroundings& surroundings);

struct RemoteRun {
  std::string host;         // as ssh takes it; root where no user is named
  std::string config_file;  // "" or what goes to /etc/chatmail/chatmail.ini
  std::string package;      // "" or a .deb that is installed there first
  std::vector<std::string> words;  // what is run there
  bool dry_run = false;            // nothing there may change
  bool json = false;
};

// `chatmail run`: that host may have nothing of ours yet.
int run_remotely(const RemoteRun& run, Surroundings& surroundings);

}  // namespace ctl
