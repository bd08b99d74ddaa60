// What many messages at once cost in memory: chatmail-milter against a
// libmilter filter that does nothing, both driven by the same client.
//
//   milter_memory_bench [--sessions 500] [--megabytes 30]
//
// All sessions are under way at once, and each is in the middle of a packet,
// so that libmilter has a thread and a buffer for every one: the worst that
// Postfix can bring about.  Every message is encrypted, and outgoing, so it is
// parsed, recognised, hashed and signed to its last octet; the bench demands
// that each is accepted with a signature.
//
// The bars: at its peak at most 16 MB above the other filter, code and shared
// libraries included; afterwards within 4 MB of where it began; and a session
// that is idle after MAIL at most 16 KB.

#include <linux/sockios.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/bench/armored_message.h"
#include "tests/daemon/temporary_directory.h"
#include "tests/milter/milter_client.h"
#include "tests/milter/running_program.h"

namespace {

constexpr std::string_view kBoundary = "bench-boundary";

void fail(const std::string& why) {
  std::fprintf(stderr, "milter_memory_bench: %s\n", why.c_str());
  std::exit(1);
}

// The body of a message of about `octets` (RFC 3156 4).
std::string encrypted_body(std::size_t octets) {
  const std::string delimiter = "--" + std::string(kBoundary);
  return delimiter +
         "\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: "
         "1\r\n\r\n" +
         delimiter + "\r\nContent-Type: application/octet-stream\r\n\r\n" +
         bench::make_armored_message(octets).armored + "\r\n" + delimiter +
         "--\r\n";
}

// As it goes over the wire: chunks of 65,535 octets, as Postfix cuts them.
std::string body_packets(const std::string& body) {
  constexpr std::size_t chunk = 65535;
  std::string packets;
  for (std::size_t i = 0; i < body.size(); i += chunk) {
    packets +=
        test::milter_packet('B', std::string_view(body).substr(i, chunk));
  }
  return packets;
}

struct Measured {
  long before = 0;  // RSS in KiB
  long idle = 0;
  long peak = 0;
  test::MemoryUse halted;  // when every session is amid a packet
  long after = 0;
  double seconds = 0;
};

void write_test_key(const std::string& path) {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  const mode_t before = umask(0077);
  std::FILE* file = std::fopen(path.c_str(), "w");
  umask(before);
  if (file == nullptr || PEM_write_PrivateKey(file, key, nullptr, nullptr, 0,
                                              nullptr, nullptr) != 1) {
    fail("no key");
  }
  std::fclose(file);
  EVP_PKEY_free(key);
}

// Brings a session to where it is idle after MAIL.
std::unique_ptr<test::MilterClient> session_after_mail(
    const std::string& socket) {
  auto client = std::make_unique<test::MilterClient>(socket);
  if (!client->connected() || !client->negotiate()) fail("no session");
  client->connect("ORIGINATING", "192.0.2.7");
  if (client->mail("<bob@relay.example>", "bob@relay.example").words() !=
      "continue") {
    fail("MAIL was refused");
  }
  return client;
}

void begin_body(test::MilterClient& client) {
  client.recipient("<alice@alice.example>", "alice@alice.example");
  client.header_field("From", " <bob@relay.example>");
  client.header_field("To", " <alice@alice.example>");
  client.header_field("Date", " Mon, 23 Nov 2026 12:00:00 +0000");
  client.header_field("Message-ID", " <bench@localhost>");
  client.header_field("Subject", " [...]");
  client.header_field("MIME-Version", " 1.0");
  client.header_field("Content-Type",
                      " multipart/encrypted; protocol=\"application/"
                      "pgp-encrypted\";\n boundary=\"" +
                          std::string(kBoundary) + "\"");
  if (client.end_of_header().words() != "continue") {
    fail("the header section was refused");
  }
}

using Clients = std::vector<std::unique_ptr<test::MilterClient>>;

// `octets` to every session.  Never waits for one session alone: libmilter's
// pool may leave it without a thread while others are amid a packet.
void stream(const Clients& clients, std::string_view octets) {
  constexpr std::size_t piece = 50000;
  std::vector<std::size_t> sent(clients.size(), 0);
  std::size_t left = clients.size() * octets.size();
  while (left > 0) {
    const std::size_t before = left;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const std::size_t count =
          clients[i]->send_some(octets.substr(sent[i], piece));
      sent[i] += count;
      left -= count;
    }
    if (left == before) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
}

// Until the filter has read what was sent to the session; at most a second.
void wait_until_read(const test::MilterClient& client) {
  for (int i = 0; i < 10000; ++i) {
    int octets = 0;
    ioctl(client.descriptor(), SIOCOUTQ, &octets);
    if (octets == 0) return;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

// The whole body, with a halt where every session has the most that it ever
// has: the state of a body under way, a buffer, and a thread that waits for
// the rest of a packet.  One after the other, for libmilter's pool leaves
// sessions without a thread that become ready at the same moment.
void stream_body(const Clients& clients, std::string_view packets, pid_t filter,
                 Measured& measured) {
  const std::size_t whole = std::min(std::size_t{4} * 65540, packets.size());
  const std::size_t amid = std::min<std::size_t>(60000, packets.size() - whole);
  stream(clients, packets.substr(0, whole));
  for (const auto& client : clients) {
    wait_until_read(*client);
    client->send_raw(packets.substr(whole, amid));
    wait_until_read(*client);
  }
  measured.halted = test::memory_use(filter);
  stream(clients, packets.substr(whole + amid));
}

// The resident size when it stands still, at most five seconds later.
long settled_rss(pid_t pid) {
  long least = test::memory_use(pid).rss;
  for (int i = 0; i < 50; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    least = std::min(least, test::memory_use(pid).rss);
  }
  return least;
}

Measured measure(const std::vector<std::string>& command,
                 const std::string& directory, std::size_t sessions,
                 const std::string& packets, bool signs) {
  test::RunningProgram filter(command, directory);
  if (!filter.wait_until_ready()) fail(filter.log());
  const std::string socket = directory + "/s";
  {  // One message, so that what is made once is there.
    auto client = session_after_mail(socket);
    begin_body(*client);
    client->end();
  }
  Measured measured;
  measured.before = settled_rss(filter.pid());
  Clients clients;
  for (std::size_t i = 0; i < sessions; ++i) {
    clients.push_back(session_after_mail(socket));
  }
  measured.idle = settled_rss(filter.pid());
  const auto begin = std::chrono::steady_clock::now();
  for (auto& client : clients) begin_body(*client);
  stream_body(clients, packets, filter.pid(), measured);
  for (auto& client : clients) {
    const test::MilterReply reply = client->end();
    const bool signed_now =
        !reply.edits.empty() &&
        reply.edits.back().payload.find("DKIM-Signature") != std::string::npos;
    if (reply.words() != "accept" || signed_now != signs) {
      fail("a message was not accepted as it should be: " + reply.words());
    }
  }
  measured.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  measured.peak = test::memory_use(filter.pid()).peak_rss;
  clients.clear();
  measured.after = settled_rss(filter.pid());
  return measured;
}

void print(const char* name, const Measured& m, std::size_t sessions) {
  std::printf(
      "%-16s %8.1f %9.1f %8.1f %9.1f %8.1f %9.1f %8.1f\n", name,
      static_cast<double>(m.before) / 1024,
      static_cast<double>(m.idle - m.before) / static_cast<double>(sessions),
      static_cast<double>(m.peak) / 1024,
      static_cast<double>(m.halted.pss) / 1024,
      static_cast<double>(m.peak - m.before) / 1024,
      static_cast<double>(m.after) / 1024, m.seconds);
}

bool within(const char* what, double value, double bar) {
  std::printf("%-52s %6.1f, bar %.0f: %s\n", what, value, bar,
              value <= bar ? "ok" : "TOO MUCH");
  return value <= bar;
}

std::size_t number_after(int argc, char** argv, const char* option,
                         std::size_t fallback) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], option) == 0) {
      return std::strtoul(argv[i + 1], nullptr, 10);
    }
  }
  return fallback;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t sessions = number_after(argc, argv, "--sessions", 500);
  const std::size_t megabytes = number_after(argc, argv, "--megabytes", 30);
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  const test::TemporaryDirectory directory;
  const std::string socket = "unix:" + directory.path("s");
  write_test_key(directory.path("key"));
  const std::string packets =
      body_packets(encrypted_body(megabytes * 1000 * 1000));

  const Measured nothing =
      measure({test::program_path("nothing_milter"), socket}, directory.path(),
              sessions, packets, false);
  const Measured ours = measure(
      {test::program_path("chatmail-milter"), "--config", "/dev/null",
       "--policyd-socket", "", "--mail-domain", "relay.example", "--socket",
       socket, "--dkim-key", directory.path("key"), "--mailboxes-dir",
       directory.path(), "--dns-server", "127.0.0.1@1", "--log-level", "error"},
      directory.path(), sessions, packets, true);

  std::printf("%zu sessions with %zu MB each, all at once\n\n", sessions,
              megabytes);
  std::printf("%-16s %8s %9s %8s %9s %8s %9s %8s\n", "", "before", "idle",
              "peak", "peak PSS", "growth", "after", "time");
  std::printf("%-16s %8s %9s %8s %9s %8s %9s %8s\n", "", "MB", "KB/sess.", "MB",
              "MB", "MB", "MB", "s");
  print("nothing_milter", nothing, sessions);
  print("chatmail-milter", ours, sessions);
  std::printf("\n");
  const auto megabytes_of = [](long kibibytes) {
    return static_cast<double>(kibibytes) / 1024;
  };
  bool good = within("the peak, above the other's, MB",
                     megabytes_of(ours.peak - nothing.peak), 16);
  good &= within("left afterwards, above what was there before, MB",
                 megabytes_of(ours.after - ours.before), 4);
  good &= within("a session idle after MAIL, KB",
                 static_cast<double>(ours.idle - ours.before) /
                     static_cast<double>(sessions),
                 16);
  return good ? 0 : 1;
}
