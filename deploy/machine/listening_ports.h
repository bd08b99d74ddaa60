#pragma once

// Which TCP ports of this host somebody listens on, and who: /proc/net/tcp,
// tcp6, udp and udp6, and the programs whose descriptors those sockets are.
//
// Whose sockets the kernel does not show us (we are not root, another network
// namespace) has an empty program.

#include <cstdint>
#include <string>
#include <vector>

namespace machine {

struct ListeningPort {
  bool is_udp = false;
  std::uint16_t port = 0;
  bool is_loopback = false;  // 127.0.0.0/8 or ::1 alone
  std::string program;       // as its process is named, "master"
  int process_id = 0;        // 0: unknown
};

// `proc` is /proc, or what a test put there.
std::vector<ListeningPort> listening_ports(const std::string& proc = "/proc");

// The names of all running processes, sorted, each once.
std::vector<std::string> running_programs(const std::string& proc = "/proc");

}  // namespace machine
