#include "deploy/installation/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "deploy/machine/file.h"
#include "deploy/relay/site.h"
#include "deploy/webpage/publication.h"

namespace installation {
namespace {

// Those of others that are to be replaced; "" or what went wrong.
std::string keep_others(const std::vector<std::string>& written,
                        const std::set<std::string>& ours,
                        const std::string& root) {
  for (const std::string& name : written) {
    const std::string path = std::string(relay::kWebRoot) + "/" + name;
    if (ours.count(path) != 0) continue;
    std::string error = machine::keep_backup(root + path);
    if (!error.empty()) return error;
  }
  return {};
}

std::string note(const webpage::Site& page, std::set<std::string> ours,
                 const std::string& root) {
  const std::size_t before = ours.size();
  for (const webpage::SiteFile& file : page.files) {
    if (file.name.find('\n') != std::string::npos) continue;
    ours.insert(std::string(relay::kWebRoot) + "/" + file.name);
  }
  if (ours.size() == before) return {};
  std::string text;
  for (const std::string& path : ours) text += path + '\n';
  return machine::replace_file(root + kPageList, text, {});
}

}  // namespace

std::vector<std::string> published_pages(const std::string& root) {
  std::string error;
  const std::string text =
      machine::read_text(root + kPageList, error).value_or("");
  std::vector<std::string> paths;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string path = text.substr(at, end - at);
    at = end + 1;
    const bool is_inside =
        path.starts_with(std::string(relay::kWebRoot) + "/") &&
        path.find("/../") == std::string::npos;
    if (is_inside) paths.push_back(std::move(path));
  }
  return paths;
}

bool publish_page(const webpage::Site& page, const Options& options,
                  Story& story) {
  story.step("Web page");
  const std::string folder = options.root + relay::kWebRoot;
  const std::vector<std::string> noted = published_pages(options.root);
  const std::set<std::string> ours(noted.begin(), noted.end());
  webpage::Publication done = webpage::publish(page, folder, true);
  if (!options.dry_run) {
    const std::vector<std::string> written = done.written;
    done.error = keep_others(written, ours, options.root);
    // Noted first: what is half done is ours too.
    if (done.error.empty()) done.error = note(page, ours, options.root);
    if (done.error.empty()) done = webpage::publish(page, folder, false);
  }
  if (!done.error.empty()) {
    story.problem(done.error, "");
    return false;
  }
  story.line(fmt::format("{} files, {} {}", page.files.size(),
                         done.written.size(),
                         options.dry_run ? "would change" : "changed"));
  return true;
}

}  // namespace installation
