#pragma once

// Markdown into HTML (CommonMark with tables, by md4c), and a page source with
// its values.
//
// A value is put in after the Markdown was read, escaped for HTML, so that no
// octet of chatmail.ini can become a link, a tag or a heading.  Raw HTML in a
// source is kept: whoever writes the page is the operator.

#include <string>
#include <string_view>

#include "deploy/webpage/expansion.h"

namespace webpage {

// For text and for attributes in double quotes.
std::string html_escaped(std::string_view text);

std::string html_of_markdown(std::string_view markdown);

// `{{ }}` in Markdown and in HTML; a line end in a value becomes <br>.
Expanded expand_markdown(std::string_view source, const std::string& name,
                         const Values& values);
Expanded expand_html(std::string_view source, const std::string& name,
                     const Values& values);

// What stands in the first heading of a page, as text for <title>.
std::string first_heading(std::string_view html);

}  // namespace webpage
