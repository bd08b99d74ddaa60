#include "deploy/ctl/command_line.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace ctl {

Option* Option::type_name(const std::string& name) {
  option_.type_name(name);
  return this;
}

Option* Option::required() {
  option_.required();
  return this;
}

Option* Option::excludes(Option* other) {
  option_.excludes(&other->option_);
  return this;
}

Option* Option::takes_one() {
  option_.allow_extra_args(false);
  return this;
}

Option* Option::one_of(const std::vector<std::string>& words) {
  option_.check(CLI::IsMember(words).description(""));
  return this;
}

Option* Option::range(std::int64_t least, std::int64_t most) {
  option_.check(CLI::Range(least, most).description(""));
  return this;
}

Option* Option::shown_range(unsigned least, unsigned most) {
  option_.check(CLI::Range(least, most));
  return this;
}

CommandLine* CommandLine::add_subcommand(const std::string& name,
                                         const std::string& text) {
  return &subcommands_.emplace_back(*app_.add_subcommand(name, text));
}

void CommandLine::require_subcommand() { app_.require_subcommand(1); }

Option* CommandLine::add_option(const std::string& name, std::string& value,
                                const std::string& text) {
  return keep(app_.add_option(name, value, text));
}

Option* CommandLine::add_option(const std::string& name,
                                std::vector<std::string>& values,
                                const std::string& text) {
  return keep(app_.add_option(name, values, text));
}

Option* CommandLine::add_option(const std::string& name, unsigned& value,
                                const std::string& text) {
  return keep(app_.add_option(name, value, text));
}

Option* CommandLine::add_option(const std::string& name, std::int64_t& value,
                                const std::string& text) {
  return keep(app_.add_option(name, value, text));
}

Option* CommandLine::add_option(const std::string& name, std::uint64_t& value,
                                const std::string& text) {
  return keep(app_.add_option(name, value, text));
}

Option* CommandLine::add_option(const std::string& name,
                                std::optional<std::int64_t>& value,
                                const std::string& text) {
  return keep(app_.add_option(name, value, text));
}

Option* CommandLine::add_option(const std::string& name,
                                std::optional<std::uint64_t>& value,
                                const std::string& text) {
  return keep(app_.add_option(name, value, text));
}

Option* CommandLine::add_option(
    const std::string& name,
    const std::function<void(const std::string&)>& take,
    const std::string& text) {
  return keep(app_.add_option_function<std::string>(name, take, text));
}

Option* CommandLine::add_flag(const std::string& name, bool& value,
                              const std::string& text) {
  return keep(app_.add_flag(name, value, text));
}

void CommandLine::footer(const std::string& text) { app_.footer(text); }

void CommandLine::callback(std::function<void()> run) {
  app_.callback(std::move(run));
}

Option* CommandLine::keep(CLI::Option* option) {
  return &options_.emplace_back(*option);
}

std::vector<std::string> split_at_commas(const std::string& words) {
  return CLI::detail::split(words, ',');
}

}  // namespace ctl
