#include "deploy/webpage/markdown.h"

#include <md4c-html.h>

#include <cstddef>
#include <vector>

namespace webpage {
namespace {

void append(const MD_CHAR* text, MD_SIZE size, void* html) {
  static_cast<std::string*>(html)->append(text, size);
}

std::string html_lines(const std::string& value) {
  std::string html;
  for (const char c : html_escaped(value)) {
    html += c == '\n' ? std::string("<br>\n") : std::string(1, c);
  }
  return html;
}

// A word of letters that occurs nowhere in `source`: Markdown leaves it as it
// is in text, in code and in the target of a link.
std::string unused_word(std::string_view source) {
  std::string word = "xvaluex";
  while (source.find(word) != std::string_view::npos) word += 'x';
  return word;
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string html_of_markdown(std::string_view markdown) {
  std::string html;
  // It fails only when memory does, and then std::string throws first.
  md_html(markdown.data(), static_cast<MD_SIZE>(markdown.size()), append, &html,
          MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH, 0);
  return html;
}

Expanded expand_markdown(std::string_view source, const std::string& name,
                         const Values& values) {
  const std::string word = unused_word(source);
  std::vector<std::string> printed;
  Expanded markdown =
      expand(source, name, values, [&](const std::string& value) {
        printed.push_back(html_lines(value));
        return word + std::to_string(printed.size() - 1) + 'z';
      });
  const std::string html = html_of_markdown(markdown.text);
  markdown.text.clear();
  std::size_t at = 0;
  while (true) {
    const std::size_t found = html.find(word, at);
    markdown.text += html.substr(at, found - at);
    if (found == std::string::npos) return markdown;
    std::size_t end = found + word.size();
    std::size_t index = 0;
    for (; html[end] != 'z'; ++end) {
      index = index * 10 + static_cast<std::size_t>(html[end] - '0');
    }
    markdown.text += printed[index];
    at = end + 1;
  }
}

Expanded expand_html(std::string_view source, const std::string& name,
                     const Values& values) {
  return expand(source, name, values, html_lines);
}

std::string first_heading(std::string_view html) {
  const std::size_t open = html.find("<h1");
  const std::size_t close = html.find("</h1>");
  if (open == std::string_view::npos || close == std::string_view::npos ||
      close < open) {
    return {};
  }
  std::string text;
  bool in_tag = false;
  for (const char c : html.substr(open, close - open)) {
    if (c == '<') in_tag = true;
    if (!in_tag) text += c;
    if (c == '>') in_tag = false;
  }
  return text;
}

}  // namespace webpage
