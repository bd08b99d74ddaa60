// `chatmail render`: the configuration that chatmail.ini makes of this host, as
// a list or in a folder, where somebody can look at it and nothing is changed.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/command_line.h"
#include "deploy/ctl/json_text.h"
#include "deploy/relay/render.h"
#include "deploy/relay/services.h"

namespace ctl {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

struct RenderOptions {
  std::string config_file;
  std::string templates;
  std::string folder;
  bool with_iroh = false;
  bool json = false;
};

int complain(Surroundings& surroundings,
             const std::vector<std::string>& errors) {
  for (const std::string& error : errors) {
    surroundings.err << "chatmail render: " << without_controls(error) << '\n';
  }
  return kExitUnusable;
}

// "" or what went wrong.
std::string write(const std::string& folder, const relay::ConfigFile& file) {
  const fs::path path = folder + file.path;
  std::error_code problem;
  fs::create_directories(path.parent_path(), problem);
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << file.text;
  stream.close();
  if (problem || !stream) return path.string() + ": cannot be written";
  fs::permissions(path, static_cast<fs::perms>(file.mode), problem);
  return problem ? path.string() + ": " + problem.message() : "";
}

ordered_json in_json(const relay::ConfigFile& file) {
  ordered_json concerns = ordered_json::array();
  for (const relay::UnitNotice& notice : file.concerns) {
    concerns.push_back(
        {{"unit", notice.unit},
         {"notice",
          notice.notice == relay::Notice::kReload ? "reload" : "restart"}});
  }
  return {{"path", file.path},
          {"mode", fmt::format("{:04o}", file.mode)},
          {"owner", file.owner},
          {"group", file.group},
          {"concerns", concerns}};
}

void list(const relay::Rendering& rendering, const RenderOptions& options,
          std::ostream& out) {
  for (const relay::ConfigFile& file : rendering.files) {
    if (options.json) {
      out << to_line(in_json(file)) << '\n';
      continue;
    }
    out << fmt::format("{:04o}  {:<5}  {:<10}  {}\n", file.mode, file.owner,
                       file.group, file.path);
  }
}

int run_render(const RenderOptions& options, Surroundings& surroundings) {
  const std::string config = options.config_file.empty()
                                 ? surroundings.config_file
                                 : options.config_file;
  const daemons::SettingsFile file = daemons::read_settings(config);
  tell_notes(file.warnings, surroundings);
  if (!file.errors.empty()) return complain(surroundings, file.errors);
  relay::Host host = relay::this_host(file.settings);
  if (options.with_iroh) host.has_iroh_relay = true;
  const relay::SiteResult made = relay::make_site(file.settings, host);
  if (!made.errors.empty()) return complain(surroundings, made.errors);
  tell_notes(made.warnings, surroundings);
  const relay::Rendering rendering = relay::render(
      made.site, options.templates.empty() ? relay::templates_directory()
                                           : options.templates);
  if (!rendering.errors.empty()) {
    return complain(surroundings, rendering.errors);
  }
  if (!options.folder.empty()) {
    for (const relay::ConfigFile& one : rendering.files) {
      const std::string error = write(options.folder, one);
      if (!error.empty()) return complain(surroundings, {error});
    }
  }
  list(rendering, options, surroundings.out);
  return kExitDone;
}

void declare(CommandLine& app, Surroundings& surroundings, int& exit_status) {
  CommandLine* command = app.add_subcommand(
      "render", "Show the configuration that chatmail.ini makes");
  const auto options = std::make_shared<RenderOptions>();
  command->add_option("--config", options->config_file, "The settings")
      ->type_name("FILE");
  command
      ->add_option("--into", options->folder,
                   "Write the files below this folder; nothing else changes")
      ->type_name("FOLDER");
  command
      ->add_option("--templates", options->templates,
                   "Other templates than the shipped ones")
      ->type_name("FOLDER");
  command->add_flag("--with-iroh-relay", options->with_iroh,
                    "As if iroh_relay_program were there");
  command->add_flag("--json", options->json, "One JSON object a line");
  command->callback([options, &surroundings, &exit_status] {
    exit_status = run_render(*options, surroundings);
  });
}

}  // namespace

const Command kRenderCommand = {"render", &declare};

}  // namespace ctl
