#include "deploy/relay/template_text.h"

#include <ctemplate/template.h>
#include <ctemplate/template_dictionary.h>
#include <fmt/format.h>

#include <memory>
#include <set>

namespace relay {
namespace {

constexpr std::string_view kBlanks = " \t";

// Whether the line is one marker of a section or a remark, and nothing else.
bool is_bare_marker(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(kBlanks);
  const std::size_t end = line.find_last_not_of(kBlanks);
  if (begin == std::string_view::npos || end - begin < 4) return false;
  line = line.substr(begin, end - begin + 1);
  if (!line.starts_with("{{") || line.find("}}") != line.size() - 2) {
    return false;
  }
  return line[2] == '#' || line[2] == '/' || line[2] == '!';
}

// The form, with bare markers joined to the line that follows.
std::string without_marker_lines(std::string_view form) {
  std::string text;
  while (!form.empty()) {
    const std::size_t end = form.find('\n');
    const std::string_view line = form.substr(0, end);
    if (is_bare_marker(line)) {
      const std::size_t begin = line.find_first_not_of(kBlanks);
      text += line.substr(begin, line.find("}}") + 2 - begin);
    } else {
      text += line;
      if (end != std::string_view::npos) text += '\n';
    }
    if (end == std::string_view::npos) break;
    form.remove_prefix(end + 1);
  }
  return text;
}

bool knows(const Values& values, const std::string& name) {
  if (values.texts.contains(name) || values.switches.contains(name) ||
      values.lists.contains(name)) {
    return true;
  }
  for (const auto& [list, items] : values.lists) {
    if (!items.empty() && items.front().contains(name)) return true;
  }
  return false;
}

// The first marker whose name nobody has defined, or "".
std::string undefined_name(std::string_view form, const Values& values) {
  for (std::size_t at = form.find("{{"); at != std::string_view::npos;
       at = form.find("{{", at + 2)) {
    std::string_view name = form.substr(at + 2);
    name = name.substr(0, name.find("}}"));
    if (name.starts_with('!')) continue;
    if (name.starts_with('#') || name.starts_with('/')) name.remove_prefix(1);
    if (!knows(values, std::string(name))) return std::string(name);
  }
  return {};
}

void fill(ctemplate::TemplateDictionary& dictionary, const Values& values) {
  for (const auto& [name, text] : values.texts) {
    dictionary.SetValue(name, text);
  }
  for (const auto& [name, on] : values.switches) {
    if (on) dictionary.ShowSection(name);
  }
  for (const auto& [name, items] : values.lists) {
    for (const Texts& item : items) {
      ctemplate::TemplateDictionary* section =
          dictionary.AddSectionDictionary(name);
      for (const auto& [key, text] : item) section->SetValue(key, text);
    }
  }
}

}  // namespace

Expansion expand(std::string_view form, const Values& values) {
  Expansion result;
  if (const std::string name = undefined_name(form, values); !name.empty()) {
    result.error = fmt::format("nothing is called {}", name);
    return result;
  }
  const std::string text = without_marker_lines(form);
  const std::unique_ptr<ctemplate::Template> parsed(
      ctemplate::Template::StringToTemplate(text, ctemplate::DO_NOT_STRIP));
  if (parsed == nullptr) {
    result.error = "a section has no end, or another section's";
    return result;
  }
  ctemplate::TemplateDictionary dictionary("site");
  fill(dictionary, values);
  if (!parsed->Expand(&result.text, &dictionary)) {
    result.error = "cannot be expanded";
  }
  return result;
}

}  // namespace relay
