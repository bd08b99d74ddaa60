#pragma once

// The MTA's side of the milter protocol, version 6, over a unix socket: one
// connection, synchronous.  For tests and benchmarks.
//
// It waits for a reply exactly where the filter has not said that there is
// none, and gives up after 20 seconds.  Octets can also be sent as they are,
// to see what a filter makes of a broken peer.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

struct MilterPacket {
  char command = 0;
  std::string payload;
};

// What the filter said to one step.
struct MilterReply {
  char command = 0;  // 'c' continue, 'a' accept, 'r', 't', 'y', 'd'; 0: none
  std::string text;  // of 'y': "523 5.7.1 words"
  std::vector<MilterPacket> edits;  // what came before it

  // "accept", "continue", "discard", the text of a reply, ...
  std::string words() const;
};

using Macros = std::vector<std::pair<std::string, std::string>>;

// Everything that Postfix 3.7 offers.
inline constexpr std::uint32_t kAllActions = 0x1ff;
inline constexpr std::uint32_t kAllProtocol = 0x1fffff;

// "Length, command, payload" as it goes over the wire.
std::string milter_packet(char command, std::string_view payload);
std::string with_nul(std::string_view text);

class MilterClient {
 public:
  explicit MilterClient(const std::string& socket_path);
  ~MilterClient();
  MilterClient(MilterClient&& other) noexcept;
  MilterClient& operator=(MilterClient&&) = delete;

  bool connected() const { return socket_ >= 0; }
  int descriptor() const { return socket_; }

  // False when the filter does not answer with flags of its own.
  bool negotiate(std::uint32_t actions = kAllActions,
                 std::uint32_t protocol = kAllProtocol);
  std::uint32_t actions() const { return actions_; }
  std::uint32_t protocol() const { return protocol_; }
  // The macro names that it asked for at a stage ("" when it did not).
  std::string wanted_macros(std::uint32_t stage) const;

  // One step each, with its macros before it.
  MilterReply connect(std::string_view daemon_name, std::string_view address);
  MilterReply mail(std::string_view reverse_path, std::string_view login = {});
  // `resolved` empty: no {rcpt_addr}.
  MilterReply recipient(std::string_view as_given, std::string_view resolved);
  MilterReply header_field(std::string_view name, std::string_view value);
  MilterReply end_of_header();
  MilterReply body(std::string_view chunk);  // of any size; cut to 65,535
  MilterReply end();
  void abort();
  void quit();

  void send(char command, std::string_view payload);
  void send_raw(std::string_view octets);
  // As much as the socket takes at once; how much that was.
  std::size_t send_some(std::string_view octets);
  void half_close();
  // nullopt when the filter has closed, or says nothing for 20 seconds.
  std::optional<MilterPacket> receive();
  // All octets until the filter closes, or says nothing for 20 seconds.
  std::string receive_rest();
  // True when the filter closes the connection within 20 seconds.
  bool is_closed_by_filter();

 private:
  void macros(char stage, const Macros& values);
  MilterReply reply_unless(std::uint32_t no_reply_flag);

  int socket_ = -1;
  std::uint32_t actions_ = 0;
  std::uint32_t protocol_ = 0;
  std::vector<std::pair<std::uint32_t, std::string>> wanted_macros_;
};

}  // namespace test
