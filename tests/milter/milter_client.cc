#include "tests/milter/milter_client.h"

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "daemon/socket_place.h"

namespace test {
namespace {

constexpr std::size_t kChunk = 65535;
constexpr std::size_t kLongestPacket = std::size_t{1} << 24U;
constexpr timeval kPatience{20, 0};

std::string big_endian(std::uint32_t number) {
  std::string octets;
  for (int shift = 24; shift >= 0; shift -= 8) {
    octets +=
        static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU);
  }
  return octets;
}

std::uint32_t number_at(std::string_view octets, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | static_cast<unsigned char>(octets[at + i]);
  }
  return number;
}

bool ends_a_step(char command) {
  switch (command) {
    case SMFIR_CONTINUE:
    case SMFIR_ACCEPT:
    case SMFIR_REJECT:
    case SMFIR_TEMPFAIL:
    case SMFIR_DISCARD:
    case SMFIR_REPLYCODE:
    case SMFIR_SKIP:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string milter_packet(char command, std::string_view payload) {
  std::string packet =
      big_endian(static_cast<std::uint32_t>(payload.size() + 1));
  packet += command;
  packet += payload;
  return packet;
}

std::string with_nul(std::string_view text) { return std::string(text) + '\0'; }

std::string MilterReply::words() const {
  switch (command) {
    case 0:
      return "none";
    case SMFIR_CONTINUE:
      return "continue";
    case SMFIR_ACCEPT:
      return "accept";
    case SMFIR_REJECT:
      return "reject";
    case SMFIR_TEMPFAIL:
      return "tempfail";
    case SMFIR_DISCARD:
      return "discard";
    case SMFIR_REPLYCODE:
      return text;
    default:
      return std::string("? ") + command;
  }
}

MilterClient::MilterClient(const std::string& socket_path)
    : socket_(daemons::connect_to(socket_path)) {
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

MilterClient::~MilterClient() {
  if (socket_ >= 0) close(socket_);
}

MilterClient::MilterClient(MilterClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      actions_(other.actions_),
      protocol_(other.protocol_),
      wanted_macros_(std::move(other.wanted_macros_)) {}

void MilterClient::send_raw(std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t count =
        ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // the next receive() tells
    octets.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::size_t MilterClient::send_some(std::string_view octets) {
  const ssize_t count = ::send(socket_, octets.data(), octets.size(),
                               MSG_NOSIGNAL | MSG_DONTWAIT);
  return count <= 0 ? 0 : static_cast<std::size_t>(count);
}

void MilterClient::send(char command, std::string_view payload) {
  send_raw(milter_packet(command, payload));
}

void MilterClient::half_close() { shutdown(socket_, SHUT_WR); }

std::optional<MilterPacket> MilterClient::receive() {
  const auto read_exactly = [this](std::size_t count, std::string& octets) {
    octets.resize(count);
    return count == 0 || recv(socket_, octets.data(), count, MSG_WAITALL) ==
                             static_cast<ssize_t>(count);
  };
  std::string head;
  if (!read_exactly(5, head)) return std::nullopt;
  const std::uint32_t length = number_at(head, 0);
  if (length == 0 || length > kLongestPacket) return std::nullopt;
  MilterPacket packet;
  packet.command = head[4];
  if (!read_exactly(length - 1, packet.payload)) return std::nullopt;
  return packet;
}

std::string MilterClient::receive_rest() {
  std::string octets;
  char chunk[4096];
  ssize_t count = 0;
  while ((count = recv(socket_, chunk, sizeof chunk, 0)) > 0) {
    octets.append(chunk, static_cast<std::size_t>(count));
  }
  return octets;
}

bool MilterClient::is_closed_by_filter() {
  char octet = 0;
  ssize_t count = 0;
  while ((count = recv(socket_, &octet, 1, 0)) > 0) {
  }
  return count == 0 || errno == ECONNRESET;
}

bool MilterClient::negotiate(std::uint32_t actions, std::uint32_t protocol) {
  send(SMFIC_OPTNEG,
       big_endian(6) + big_endian(actions) + big_endian(protocol));
  const auto answer = receive();
  if (!answer || answer->command != SMFIC_OPTNEG ||
      answer->payload.size() < 12) {
    return false;
  }
  actions_ = number_at(answer->payload, 4);
  protocol_ = number_at(answer->payload, 8);
  std::string_view rest = std::string_view(answer->payload).substr(12);
  while (rest.size() > 4) {
    const std::size_t end = rest.find('\0', 4);
    if (end == std::string_view::npos) return false;
    wanted_macros_.emplace_back(number_at(rest, 0), rest.substr(4, end - 4));
    rest.remove_prefix(end + 1);
  }
  return true;
}

std::string MilterClient::wanted_macros(std::uint32_t stage) const {
  for (const auto& [at, names] : wanted_macros_) {
    if (at == stage) return names;
  }
  return {};
}

void MilterClient::macros(char stage, const Macros& values) {
  std::string payload(1, stage);
  for (const auto& [name, value] : values) {
    payload += with_nul(name) + with_nul(value);
  }
  send(SMFIC_MACRO, payload);
}

MilterReply MilterClient::reply_unless(std::uint32_t no_reply_flag) {
  MilterReply reply;
  if ((protocol_ & no_reply_flag) != 0) return reply;
  while (auto packet = receive()) {
    if (packet->command == SMFIR_PROGRESS) continue;
    if (ends_a_step(packet->command)) {
      reply.command = packet->command;
      reply.text = packet->payload.substr(0, packet->payload.find('\0'));
      return reply;
    }
    reply.edits.push_back(*std::move(packet));
  }
  reply.edits.clear();
  return reply;
}

MilterReply MilterClient::connect(std::string_view daemon_name,
                                  std::string_view address) {
  macros(SMFIC_CONNECT, {{"{daemon_name}", std::string(daemon_name)}});
  const bool v6 = address.find(':') != std::string_view::npos;
  std::string payload = with_nul("client.example");
  payload += v6 ? SMFIA_INET6 : SMFIA_INET;
  payload += std::string("\x10\x01", 2);  // a port
  payload += with_nul(address);
  send(SMFIC_CONNECT, payload);
  return reply_unless(SMFIP_NR_CONN);
}

MilterReply MilterClient::mail(std::string_view reverse_path,
                               std::string_view login) {
  Macros values;
  if (!login.empty()) values.emplace_back("{auth_authen}", login);
  macros(SMFIC_MAIL, values);
  send(SMFIC_MAIL, with_nul(reverse_path));
  return reply_unless(SMFIP_NR_MAIL);
}

MilterReply MilterClient::recipient(std::string_view as_given,
                                    std::string_view resolved) {
  Macros values;
  if (!resolved.empty()) values.emplace_back("{rcpt_addr}", resolved);
  macros(SMFIC_RCPT, values);
  send(SMFIC_RCPT, with_nul(as_given));
  return reply_unless(SMFIP_NR_RCPT);
}

MilterReply MilterClient::header_field(std::string_view name,
                                       std::string_view value) {
  send(SMFIC_HEADER, with_nul(name) + with_nul(value));
  return reply_unless(SMFIP_NR_HDR);
}

MilterReply MilterClient::end_of_header() {
  macros(SMFIC_EOH, {{"i", "QUEUEID"}});
  send(SMFIC_EOH, {});
  return reply_unless(SMFIP_NR_EOH);
}

MilterReply MilterClient::body(std::string_view octets) {
  MilterReply reply;
  while (!octets.empty()) {
    const std::string_view chunk = octets.substr(0, kChunk);
    octets.remove_prefix(chunk.size());
    send(SMFIC_BODY, chunk);
    reply = reply_unless(SMFIP_NR_BODY);
  }
  return reply;
}

MilterReply MilterClient::end() {
  macros(SMFIC_BODYEOB, {{"i", "QUEUEID"}});
  send(SMFIC_BODYEOB, {});
  return reply_unless(0);
}

void MilterClient::abort() { send(SMFIC_ABORT, {}); }
void MilterClient::quit() { send(SMFIC_QUIT, {}); }

}  // namespace test
