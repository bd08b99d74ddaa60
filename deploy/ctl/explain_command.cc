// `chatmail explain`: each rule that was tried for a message, what it asked,
// and the one that decided; for a file, or for what the running milter judged
// a while ago.

#include <sys/socket.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/settings.h"
#include "daemon/socket_place.h"
#include "deploy/ctl/check_options.h"
#include "deploy/ctl/check_report.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/file_octets.h"
#include "deploy/ctl/judging.h"

namespace ctl {
namespace {

struct ExplainOptions {
  CheckOptions check;
  std::string queue_id;
  std::string sender;
  std::string metrics_socket;
};

constexpr const char* kExamples = R"(
Examples:
  # Which rule refuses this message, and why?
  chatmail explain --dns keys.json message.eml

  # What did the milter think about the message with this queue id?
  chatmail explain --queue-id 4bXk2T1Zz --config /etc/chatmail/chatmail.ini

Each line is a rule that was tried: yes, no, "not yet" (a later stage tells)
or "failed" (it could not be known); its file and line; what it does; the
facts that it names.  The first rule with "yes" that decides does.)";

int complain(Surroundings& surroundings, std::string_view what) {
  surroundings.err << "chatmail explain: " << lines_without_controls(what)
                   << '\n';
  return kExitUnusable;
}

std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (std::isalnum(octet) != 0 || c == '-' || c == '.' || c == '_') {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[octet >> 4U];
      encoded += kDigits[octet & 15U];
    }
  }
  return encoded;
}

// The body of the answer to a GET over a unix socket; "" and errno when there
// is none.
std::string get(const std::string& path, const std::string& target) {
  const int server = daemons::connect_to(path);
  if (server < 0) return {};
  const std::string request =
      "GET " + target + " HTTP/1.0\r\nHost: localhost\r\n\r\n";
  std::string answer;
  if (send(server, request.data(), request.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(request.size())) {
    char chunk[4096];
    for (ssize_t count = 0; (count = read(server, chunk, sizeof chunk)) > 0;) {
      answer.append(chunk, static_cast<std::size_t>(count));
    }
  }
  close(server);
  const std::size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? std::string() : answer.substr(body + 4);
}

int ask_milter(ExplainOptions& options, Surroundings& surroundings) {
  if (options.metrics_socket.empty() && !options.check.config_file.empty()) {
    const auto file = daemons::read_settings(options.check.config_file);
    if (!file.errors.empty()) {
      return complain(surroundings, file.errors.front());
    }
    options.metrics_socket = file.settings.text("metrics_socket");
  }
  if (options.metrics_socket.empty()) {
    return complain(surroundings,
                    "the milter is asked over its metrics socket: give "
                    "--metrics-socket, or a --config that names one");
  }
  const auto place = daemons::parse_socket_place(options.metrics_socket);
  if (!place || !place->is_unix) {
    return complain(surroundings, options.metrics_socket +
                                      ": wanted a unix socket, unix:/PATH");
  }
  const std::string target =
      options.queue_id.empty()
          ? "/trace?sender=" + percent_encoded(options.sender)
          : "/trace?queue-id=" + percent_encoded(options.queue_id);
  errno = 0;
  const std::string answer = get(place->path, target);
  if (answer.empty()) {
    return complain(
        surroundings,
        place->path + ": " +
            (errno != 0 ? std::strerror(errno) : "the milter gave no answer"));
  }
  surroundings.out << answer << (answer.ends_with('\n') ? "" : "\n");
  return kExitDone;
}

int explain_file(const std::string& path, const ExplainOptions& options,
                 Surroundings& surroundings) {
  Case subject = options.check.defaults;
  subject.name = path;
  subject.path = path;
  FileOctets file = read_file(path, surroundings.in);
  if (!file.error.empty()) return complain(surroundings, file.error);
  const Outcome outcome =
      judge_message(subject, std::move(file.octets), options.check.judging);
  std::string verdict = describe(subject, outcome);
  if (surroundings.colour) {
    verdict = coloured(std::move(verdict), outcome.judgement.verdict);
  }
  surroundings.out << subject.name << ": " << verdict << '\n';
  if (outcome.trace.rules != nullptr) {
    surroundings.out << policy::to_string(outcome.trace);
  }
  return kExitDone;
}

int run_explain(ExplainOptions& options, Surroundings& surroundings) {
  if (!options.queue_id.empty() || !options.sender.empty()) {
    return ask_milter(options, surroundings);
  }
  if (!options.check.manifests.empty()) {
    return complain(surroundings, "it explains messages, not manifests");
  }
  options.check.judging.now = surroundings.now;
  std::vector<std::string> warnings;
  const std::string error = complete(options.check, warnings);
  if (!error.empty()) return complain(surroundings, error);
  int status = kExitDone;
  for (const std::string& path : options.check.messages) {
    const int one = explain_file(path, options, surroundings);
    if (one != kExitDone) status = one;
  }
  return status;
}

void declare_explain(CommandLine& app, Surroundings& surroundings,
                     int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "explain", "Which rules were tried for a message, and which decided");
  auto options = std::make_shared<ExplainOptions>();
  declare_check_options(*command, options->check);
  command
      ->add_option("--queue-id", options->queue_id,
                   "Asks the running milter about the message\nwith this queue "
                   "id")
      ->type_name("ID");
  command
      ->add_option("--sender", options->sender,
                   "Asks it about the last messages of this\nsender")
      ->type_name("ADDRESS");
  command
      ->add_option("--metrics-socket", options->metrics_socket,
                   "Where the milter answers (default: that of\n--config)")
      ->type_name("SOCKET");
  command->footer(kExamples);
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_explain(*options, surroundings);
  });
}

}  // namespace

const Command kExplainCommand = {"explain", declare_explain};

}  // namespace ctl
