// `chatmail queue`: what waits, for whom, and why.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/queue_listing.h"
#include "deploy/ctl/remote.h"

namespace ctl {
namespace {

struct QueueOptions {
  std::string ssh_host;
  bool json = false;
};

void print_json(const QueueListing& listing, std::ostream& out) {
  for (const QueueLine& line : listing.lines) {
    out << to_line({{"destination", line.destination},
                    {"queue", line.queue},
                    {"reason", line.reason},
                    {"recipients", line.recipients},
                    {"messages", line.messages},
                    {"octets", line.octets},
                    {"oldest", line.oldest}})
        << '\n';
  }
}

void print_text(const QueueListing& listing, std::int64_t now,
                std::ostream& out) {
  if (listing.messages == 0) {
    out << "The queue is empty.\n";
    return;
  }
  std::size_t longest = std::string_view("destination").size();
  for (const QueueLine& line : listing.lines) {
    longest = std::max(longest, line.destination.size());
  }
  out << fmt::format("{:>6}  {:>6}  {:<{}}  {:<8}  {}\n", "rcpts", "oldest",
                     "destination", longest, "queue", "reason");
  for (const QueueLine& line : listing.lines) {
    out << fmt::format("{:>6}  {:>6}  {:<{}}  {:<8}  {}\n", line.recipients,
                       age_text(now - line.oldest),
                       without_controls(line.destination), longest, line.queue,
                       without_controls(line.reason));
  }
  out << fmt::format(
      "{} messages, {} of them deferred, for {} recipients; {} KiB; the oldest "
      "since {}\n",
      listing.messages, listing.deferred, listing.recipients,
      (listing.octets + 1023) / 1024, age_text(now - listing.oldest));
}

int run_queue(bool json, Surroundings& surroundings) {
  const QueueListing listing = ask_for_queue();
  if (!listing.error.empty()) {
    surroundings.err << "chatmail queue: " << without_controls(listing.error)
                     << '\n';
    return kExitUnusable;
  }
  if (json) {
    print_json(listing, surroundings.out);
  } else {
    print_text(listing, surroundings.now, surroundings.out);
  }
  return kExitDone;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command =
      app.add_subcommand("queue", "Mail that waits, by destination and reason");
  const auto options = std::make_shared<QueueOptions>();
  command->add_flag("--json", options->json, "One JSON object a line");
  add_ssh_host(*command, options->ssh_host);
  command->callback([options, &surroundings, &exit_status] {
    exit_status = options->ssh_host.empty()
                      ? run_queue(options->json, surroundings)
                      : run_there(options->ssh_host, surroundings);
  });
}

}  // namespace

const Command kQueueCommand = {.name = "queue", .declare = declare};

}  // namespace ctl
