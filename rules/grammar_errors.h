#pragma once

// What a person is told when a rules file ends or goes on otherwise than the
// grammar allows.

#include "rules/grammar.h"

namespace rules::grammar {

struct errors {
  template <typename Rule>
  static constexpr const char* message = nullptr;
};

// clang-format off
template <> inline constexpr const char* errors::message<end_of_text> = "a closing '\"' on the same line";
template <> inline constexpr const char* errors::message<setting_name> = "the name of a setting of chatmail.ini behind '$'";
template <> inline constexpr const char* errors::message<argument> = "a name in brackets, as in header[Subject]";
template <> inline constexpr const char* errors::message<end_of_argument> = "']'";
template <> inline constexpr const char* errors::message<w_recipient> = "'recipient', as in: every recipient unknown";
template <> inline constexpr const char* errors::message<recipient_state> = "what the recipients are, as in: every recipient unknown";
template <> inline constexpr const char* errors::message<need_operand> = "a fact, a number, a \"text\" or a $setting";
template <> inline constexpr const char* errors::message<need_condition> = "a condition";
template <> inline constexpr const char* errors::message<need_term> = "a condition";
template <> inline constexpr const char* errors::message<need_conjunction> = "a condition";
template <> inline constexpr const char* errors::message<end_of_parenthesis> = "')'";
template <> inline constexpr const char* errors::message<member_end> = "',' or '}'";
template <> inline constexpr const char* errors::message<members_or_list> = "a set like {a, b}, or the name of a list";
template <> inline constexpr const char* errors::message<pattern> = "a regular expression in quotes";
template <> inline constexpr const char* errors::message<need_reply> = "a reply: its code, its enhanced status code and its text in quotes";
template <> inline constexpr const char* errors::message<reply_text> = "the text of the reply in quotes";
template <> inline constexpr const char* errors::message<need_as> = "'as' and a name";
template <> inline constexpr const char* errors::message<reason> = "the word that logs and counters give for this";
template <> inline constexpr const char* errors::message<limit_count> = "a number or a $setting, as in: limit 10/h";
template <> inline constexpr const char* errors::message<need_period> = "'/' and s, min, h or day";
template <> inline constexpr const char* errors::message<need_by> = "'by' and what is counted for itself, as in: by login";
template <> inline constexpr const char* errors::message<limit_key> = "a fact";
template <> inline constexpr const char* errors::message<need_else> = "'else' and a reply";
template <> inline constexpr const char* errors::message<need_over> = "'defer' or 'reject'";
template <> inline constexpr const char* errors::message<field_name> = "the name of a header field";
template <> inline constexpr const char* errors::message<need_with> = "'with'";
template <> inline constexpr const char* errors::message<need_null_path> = "'<>'";
template <> inline constexpr const char* errors::message<replacement> = "the new text in quotes";
template <> inline constexpr const char* errors::message<need_only> = "'only'";
template <> inline constexpr const char* errors::message<set_name> = "the name of a set of header fields";
template <> inline constexpr const char* errors::message<dropped_state> = "which recipients, as in: drop disabled recipients";
template <> inline constexpr const char* errors::message<need_recipients> = "'recipients', as in: drop disabled recipients";
template <> inline constexpr const char* errors::message<results_field> = "'Authentication-Results', the only field that can be added";
template <> inline constexpr const char* errors::message<section_name> = "the name of a section";
template <> inline constexpr const char* errors::message<file_name> = "the name of a file in quotes";
template <> inline constexpr const char* errors::message<need_members> = "a set like {a, b}";
template <> inline constexpr const char* errors::message<need_list_source> = "'from \"FILE\"' or '= {a, b}'";
template <> inline constexpr const char* errors::message<defined_name> = "a name that is no word of the language";
template <> inline constexpr const char* errors::message<need_statement> = "a statement: on, list, define, accept, reject, defer, discard, limit, remove, replace, keep, sign, drop or add";
// clang-format on

template <typename Rule>
using control_base =
    pegtl::must_if<errors, pegtl::normal, false>::control<Rule>;

}  // namespace rules::grammar
