#include "deploy/machine/listening_ports.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

namespace machine {
namespace {

namespace fs = std::filesystem;

constexpr char kListening[] = "0A";    // TCP_LISTEN
constexpr char kUnconnected[] = "07";  // a UDP socket that takes from anybody

bool is_loopback(std::string_view address) {
  // The kernel prints words in the order of its octets: little-endian.
  if (address.size() == 8) return address.ends_with("7F");
  return address == "00000000000000000000000001000000" ||
         (address.starts_with("0000000000000000FFFF0000") &&
          address.ends_with("7F"));
}

struct Socket {
  ListeningPort port;
  std::string inode;
};

void read_table(const std::string& path, bool is_udp,
                std::vector<Socket>& sockets) {
  std::ifstream table(path);
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::vector<std::string> columns;
    for (std::string word; words >> word;) columns.push_back(word);
    constexpr std::size_t kInode = 9;
    if (columns.size() <= kInode) continue;
    if (columns[3] != (is_udp ? kUnconnected : kListening)) continue;
    const std::string& local = columns[1];
    const std::size_t colon = local.find(':');
    if (colon == std::string::npos) continue;
    Socket socket;
    socket.port.is_udp = is_udp;
    constexpr int kHexadecimal = 16;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(),
                    socket.port.port, kHexadecimal);
    socket.port.is_loopback =
        is_loopback(std::string_view(local).substr(0, colon));
    socket.inode = columns[kInode];
    sockets.push_back(socket);
  }
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

std::vector<std::string> processes(const std::string& proc) {
  std::vector<std::string> ids;
  std::error_code failure;
  for (fs::directory_iterator entry(proc, failure), end;
       !failure && entry != end; entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (is_number(name)) ids.push_back(name);
  }
  return ids;
}

std::string name_of(const std::string& proc, const std::string& id) {
  // comm is cut to 15 octets; the first word of cmdline is whole, but a
  // program may have written over it ("nginx: master process ...").
  constexpr std::size_t whole_below = 15;
  std::ifstream comm_file(proc + "/" + id + "/comm");
  std::string comm;
  std::getline(comm_file, comm);
  if (comm.size() < whole_below) return comm;
  std::ifstream words(proc + "/" + id + "/cmdline");
  std::string first;
  std::getline(words, first, '\0');
  const std::string base = fs::path(first).filename().string();
  return base.starts_with(comm) ? base : comm;
}

}  // namespace

std::vector<ListeningPort> listening_ports(const std::string& proc) {
  std::vector<Socket> sockets;
  for (const char* table : {"tcp", "tcp6"}) {
    read_table(proc + "/net/" + table, false, sockets);
  }
  for (const char* table : {"udp", "udp6"}) {
    read_table(proc + "/net/" + table, true, sockets);
  }
  std::map<std::string, std::size_t> of_inode;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    of_inode["socket:[" + sockets[i].inode + "]"] = i;
  }
  for (const std::string& id : processes(proc)) {
    std::error_code failure;
    for (fs::directory_iterator entry(proc + "/" + id + "/fd", failure), end;
         !failure && entry != end; entry.increment(failure)) {
      std::error_code unreadable;
      const auto found =
          of_inode.find(fs::read_symlink(*entry, unreadable).string());
      if (unreadable || found == of_inode.end()) continue;
      ListeningPort& port = sockets[found->second].port;
      const int process = std::stoi(id);
      // The parent, which has the least number, stands for its children.
      if (port.process_id != 0 && port.process_id < process) continue;
      port.process_id = process;
      port.program = name_of(proc, id);
    }
  }
  std::vector<ListeningPort> ports;
  ports.reserve(sockets.size());
  for (const Socket& socket : sockets) ports.push_back(socket.port);
  return ports;
}

std::vector<std::string> running_programs(const std::string& proc) {
  std::set<std::string> names;
  for (const std::string& id : processes(proc)) names.insert(name_of(proc, id));
  names.erase("");
  return {names.begin(), names.end()};
}

}  // namespace machine
