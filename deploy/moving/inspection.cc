#include "deploy/moving/inspection.h"

#include <fmt/format.h>

#include <filesystem>

#include "mailbox/layout.h"

namespace moving {
namespace {

// Passes content on and sums it up; keeps it when it is asked to.
class Watched : public Content {
 public:
  explicit Watched(Content& from) : from_(from) {}

  std::optional<std::string_view> next() override {
    auto piece = from_.next();
    if (piece) sum_.add(*piece);
    return piece;
  }
  std::string why() const override { return from_.why(); }

  // What nobody wanted is read all the same; "" or what went wrong.
  std::string finish() {
    while (true) {
      const auto piece = next();
      if (!piece) return why();
      if (piece->empty()) return {};
    }
  }
  std::string checksum() { return sum_.hex(); }

 private:
  Content& from_;
  Checksum sum_;
};

class Inspector {
 public:
  Inspector(const InspectionOptions& options, Inspection& found)
      : options_(options),
        found_(found),
        rules_(options.roots),
        contents_(std::filesystem::temp_directory_path().string()) {
    if (!options.is_backup) take_roots(options.roots);
  }

  std::string visit(archive_entry& one, Content& content) {
    const Entry entry = entry_of(one);
    ++all_.files;
    all_.octets += entry.size;
    if (options_.on_progress && all_.files % kEntriesBetweenProgress == 0) {
      options_.on_progress(all_);
    }
    const std::string error = look_at(one, entry, content);
    return error.empty() ? "" : shown(entry.name) + ": " + error;
  }

  std::string finish() const {
    if (!options_.is_backup || is_ended_) return {};
    return found_.manifest ? "it ends before its list of contents: a part of "
                             "it is missing"
                           : "it is no chatmail backup";
  }

 private:
  static std::string shown(const std::string& name) {
    return name.empty() ? "an entry" : name;
  }

  void take_roots(const Roots& roots) {
    found_.roots = roots;
    found_.tallies.assign(roots.size(), {});
    found_.has.assign(roots.size(), false);
    rules_ = EntryRules(roots);
  }

  std::string look_at(archive_entry& one, const Entry& entry,
                      Content& content) {
    std::string error = EntryRules::look_at_name(entry.name);
    if (!error.empty()) return error;
    if (!options_.is_backup) return look_at_foreign(one, entry, content);
    if (is_ended_) return "it stands behind the list of contents";
    if (!found_.manifest) return read_manifest(entry, content);
    if (entry.name == kContentsName) return compare(content);
    const auto root = rules_.root_of(entry.name);
    if (!root) return "it stands in none of the places of the manifest";
    return take(one, entry, content, *root);
  }

  std::string look_at_foreign(archive_entry& one, const Entry& entry,
                              Content& content) {
    if (entry.name == options_.ini) return keep_ini(entry, content);
    if (const auto root = rules_.root_of(entry.name)) {
      return take(one, entry, content, *root);
    }
    // The folders above a root are nobody's.
    if (entry.type != EntryType::kFolder) {
      ++found_.elsewhere[top_of(entry.name)];
    }
    return {};
  }

  // "etc/ssl" of "etc/ssl/private/x": enough to know what it is.
  static std::string top_of(const std::string& name) {
    const std::size_t first = name.find('/');
    if (first == std::string::npos) return name;
    return name.substr(0, name.find('/', first + 1));
  }

  std::string read_manifest(const Entry& entry, Content& content) {
    if (entry.name != kManifestName || entry.type != EntryType::kFile) {
      return "it is no chatmail backup, which begins with its manifest";
    }
    std::string error;
    const auto text = read_small(content, error);
    if (!text) return error;
    found_.manifest = parse_manifest(*text, error);
    if (!found_.manifest) return error;
    take_roots(found_.manifest->roots);
    Checksum sum;
    sum.add(*text);
    return contents_.add(contents_line(entry, sum.hex()));
  }

  std::string compare(Content& content) {
    is_ended_ = true;
    std::string difference;
    std::string error;
    if (contents_.equals(content, difference, error)) return {};
    if (!error.empty()) return error;
    return difference.empty()
               ? "it is not of these entries: the archive was damaged or "
                 "changed"
               : "the list says something else of /" + difference +
                     ": the archive was damaged or changed";
  }

  std::string take(archive_entry& one, const Entry& entry, Content& content,
                   std::size_t root) {
    std::string error = rules_.look_at(entry);
    if (!error.empty()) return error;
    count(entry, root);
    const bool is_config =
        found_.manifest && "/" + entry.name == found_.manifest->config_file;
    if (is_config && entry.type == EntryType::kFile) {
      return take_config(one, entry, content, root);
    }
    return pass_on(one, entry, content, root);
  }

  std::string take_config(archive_entry& one, const Entry& entry,
                          Content& content, std::size_t root) {
    std::string error;
    const auto text = read_small(content, error);
    if (!text) return error;
    found_.ini = *text;
    TextContent again(found_.ini);
    return pass_on(one, entry, again, root);
  }

  std::string pass_on(archive_entry& one, const Entry& entry, Content& content,
                      std::size_t root) {
    // Another hand's archive has no list to compare with.
    if (!options_.is_backup) {
      return options_.forward ? options_.forward(one, content, root) : "";
    }
    Watched watched(content);
    std::string error;
    if (options_.forward) error = options_.forward(one, watched, root);
    if (!error.empty()) return error;
    if (entry.type != EntryType::kFile) {
      return contents_.add(contents_line(entry, ""));
    }
    error = watched.finish();
    return error.empty()
               ? contents_.add(contents_line(entry, watched.checksum()))
               : error;
  }

  std::string keep_ini(const Entry& entry, Content& content) {
    if (entry.type != EntryType::kFile) return "it is no file";
    std::string error;
    const auto text = read_small(content, error);
    found_.ini = text.value_or("");
    return error;
  }

  void count(const Entry& entry, std::size_t root) {
    found_.has[root] = true;
    if (entry.type == EntryType::kFile) {
      ++found_.tallies[root].files;
      found_.tallies[root].octets += entry.size;
    }
    if (entry.type != EntryType::kHardLink) {
      found_.owners.insert(entry.owner);
      found_.groups.insert(entry.group);
    }
    if (found_.roots[root].part == Part::kMailboxes) count_account(entry, root);
  }

  // ROOT/ADDRESS/password.
  void count_account(const Entry& entry, std::size_t root) {
    const std::filesystem::path path("/" + entry.name);
    if (path.filename() != mailbox::kPasswordFile ||
        path.parent_path().parent_path() != found_.roots[root].path) {
      return;
    }
    found_.accounts.insert(path.parent_path().filename());
  }

  const InspectionOptions& options_;
  Inspection& found_;
  EntryRules rules_;
  Contents contents_;
  Tally all_;
  bool is_ended_ = false;
};

}  // namespace

Tally Inspection::of(Part part) const {
  Tally sum;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (roots[i].part != part) continue;
    sum.files += tallies[i].files;
    sum.octets += tallies[i].octets;
  }
  return sum;
}

std::string inspect(const Source& source, const InspectionOptions& options,
                    Inspection& found) {
  Inspector inspector(options, found);
  const std::string error = source([&](archive_entry& entry, Content& content) {
    return inspector.visit(entry, content);
  });
  if (options.on_progress) options.on_progress({});
  return error.empty() ? inspector.finish() : error;
}

}  // namespace moving
