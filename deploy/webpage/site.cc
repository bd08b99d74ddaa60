#include "deploy/webpage/site.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "daemon/beside.h"
#include "daemon/program_files.h"
#include "deploy/webpage/markdown.h"
#include "deploy/webpage/qr_code.h"
#include "deploy/webpage/values.h"

namespace webpage {
namespace {

namespace fs = std::filesystem;

// A page source of more is a slip, not a page.
constexpr std::uintmax_t kLongestPage = std::uintmax_t{1024} * 1024;
constexpr std::array kShared = {"layout.html", "style.css", "robots.txt"};
constexpr const char* kLayout = "layout.html";
constexpr const char* kAccountCode = "account.svg";

using Files = std::map<std::string, std::string>;

bool is_page(const std::string& name) {
  return name.ends_with(".md") && name.find('/') == std::string::npos;
}

std::optional<std::string> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string octets{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return std::nullopt;
  return octets;
}

// Hidden files and symbolic links are not published.
void read_folder(const fs::path& folder, Files& files,
                 std::vector<std::string>& errors) {
  std::error_code problem;
  fs::recursive_directory_iterator entry(folder, problem);
  for (const fs::recursive_directory_iterator end; !problem && entry != end;
       entry.increment(problem)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.') || entry->is_symlink()) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    const std::string name = path.lexically_relative(folder).string();
    std::optional<std::string> octets = read(path);
    if (!octets) {
      errors.push_back(path.string() + ": " + std::strerror(errno));
    } else if (is_page(name) && octets->size() > kLongestPage) {
      errors.push_back(path.string() + ": longer than a page may be (1 MiB)");
    } else {
      files.emplace(name, std::move(*octets));
    }
  }
  if (problem) {
    errors.push_back(folder.string() + ": " + problem.message());
  }
}

class Builder {
 public:
  Builder(Files sources, const Values& values)
      : sources_(std::move(sources)), values_(values) {}

  Site build() {
    for (const auto& [name, octets] : sources_) {
      if (is_page(name)) {
        build_page(name, octets);
      } else if (name != kLayout) {
        site_.files.push_back({name, octets});
      }
    }
    add_account_code();
    std::sort(
        site_.files.begin(), site_.files.end(),
        [](const SiteFile& a, const SiteFile& b) { return a.name < b.name; });
    if (!site_.errors.empty()) site_.files.clear();
    return std::move(site_);
  }

 private:
  void build_page(const std::string& name, const std::string& source) {
    Expanded content = expand_markdown(source, name, values_);
    complain(content.errors);
    const auto layout = sources_.find(kLayout);
    if (layout == sources_.end()) {
      site_.errors.push_back(std::string(kLayout) + ": it is missing");
      return;
    }
    // These three are HTML already: put in after the layout's own values.
    Values values = values_;
    const std::string stem = name.substr(0, name.size() - 3);
    values["page"] = stem;
    values["title"] = kTitleMark;
    values["content"] = kContentMark;
    Expanded page = expand_html(layout->second, kLayout, values);
    if (!told_of_layout_) complain(page.errors);
    told_of_layout_ = true;
    std::string title = first_heading(content.text);
    if (title.empty()) title = html_escaped(stem);
    replace(page.text, kTitleMark, title);
    replace(page.text, kContentMark, content.text);
    site_.files.push_back({stem + ".html", std::move(page.text)});
  }

  // An operator's own picture of that name stays.
  void add_account_code() {
    const auto link = values_.find("account_link");
    if (link == values_.end() || link->second.empty() ||
        sources_.contains(kAccountCode)) {
      return;
    }
    std::optional<std::string> svg = qr_code_svg(link->second);
    if (svg) site_.files.push_back({kAccountCode, std::move(*svg)});
  }

  static void replace(std::string& text, std::string_view mark,
                      const std::string& by) {
    std::size_t at = 0;
    while ((at = text.find(mark, at)) != std::string::npos) {
      text.replace(at, mark.size(), by);
      at += by.size();
    }
  }

  void complain(const std::vector<std::string>& errors) {
    site_.errors.insert(site_.errors.end(), errors.begin(), errors.end());
  }

  // No value of chatmail.ini has a NUL.
  static constexpr std::string_view kTitleMark{"\0title", 6};
  static constexpr std::string_view kContentMark{"\0content", 8};

  Files sources_;
  const Values& values_;
  Site site_;
  bool told_of_layout_ = false;
};

}  // namespace

std::string shipped_sources() { return daemons::shipped_directory("www"); }

Site build_site(const daemons::Settings& settings,
                const std::string& config_file) {
  const std::string shipped = shipped_sources();
  const std::string own = settings.text("www_folder");
  if (own.empty()) return build_site(settings, shipped, shipped);
  const std::string folder = daemons::beside(config_file, own);
  std::error_code problem;
  if (fs::is_directory(folder, problem)) {
    return build_site(settings, folder, shipped);
  }
  const std::string why = problem ? problem.message() : "it is no folder";
  Site site;
  site.errors.push_back("www_folder: " + folder + ": " + why +
                        " (chatmail run --ssh-host copies chatmail.ini alone: "
                        "put the folder on that host first)");
  return site;
}

namespace {

// The pages of one domain.
Site build_pages(const daemons::Settings& settings, Files sources) {
  Site site;
  const bool has_pages =
      std::any_of(sources.begin(), sources.end(),
                  [](const auto& file) { return is_page(file.first); });
  if (has_pages) {
    return Builder(std::move(sources), page_values(settings)).build();
  }
  for (auto& [name, octets] : sources) {
    site.files.push_back({name, std::move(octets)});
  }
  return site;
}

// Those of a domain beside mail_domain, in a folder of its name; what the
// operator has put there himself stays.
void add_domain(daemons::Settings settings, const std::string& domain,
                const Files& sources, Site& site) {
  settings.set("mail_domain", domain);
  for (SiteFile& file : build_pages(settings, sources).files) {
    file.name.insert(0, domain + '/');
    if (!sources.contains(file.name)) site.files.push_back(std::move(file));
  }
}

}  // namespace

Site build_site(const daemons::Settings& settings, const std::string& folder,
                const std::string& shipped) {
  Site site;
  Files sources;
  std::error_code problem;
  const fs::path within = fs::path(folder) / "src";
  const bool has_within = fs::is_directory(within, problem);
  read_folder(has_within ? within : fs::path(folder), sources, site.errors);
  if (sources.empty() && site.errors.empty()) {
    site.errors.push_back(folder + ": there is no file to publish");
  }
  if (!site.errors.empty()) return site;
  const bool has_pages =
      std::any_of(sources.begin(), sources.end(),
                  [](const auto& file) { return is_page(file.first); });
  for (const char* name : kShared) {
    if (!has_pages || sources.contains(name)) continue;
    std::optional<std::string> octets = read(fs::path(shipped) / name);
    if (octets) sources.emplace(name, std::move(*octets));
  }
  site = build_pages(settings, sources);
  if (!site.errors.empty() || !settings.is_set("mail_domain")) return site;
  const std::vector<std::string> domains = settings.address_domains();
  for (std::size_t i = 1; i < domains.size(); ++i) {
    add_domain(settings, domains[i], sources, site);
  }
  return site;
}

}  // namespace webpage
