#pragma once

// The grammar of rules files, as PEGTL's rules.
//
// White space and line ends separate words and mean nothing else; every
// statement begins with a word of its own, so that none needs an end.  Where a
// statement can only go on in one way, the need_ rules say what was expected
// (grammar_errors.h).
//
// For rules/syntax.cc alone: it compiles slowly.

#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/limit_depth.hpp>

namespace rules::grammar {

// clang-format off
namespace pegtl = tao::pegtl;
using namespace tao::pegtl;

struct comment : seq<one<'#'>, until<eolf>> {};
struct ws : star<sor<space, comment>> {};

struct word_octet : sor<alnum, one<'-', '_', '.'>> {};
struct name : seq<alpha, star<word_octet>> {};
template <char... Letters>
struct word : seq<string<Letters...>, not_at<word_octet>, ws> {};

struct w_on : word<'o', 'n'> {};
struct w_list : word<'l', 'i', 's', 't'> {};
struct w_from : word<'f', 'r', 'o', 'm'> {};
struct w_define : word<'d', 'e', 'f', 'i', 'n', 'e'> {};
struct w_as : word<'a', 's'> {};
struct w_accept : word<'a', 'c', 'c', 'e', 'p', 't'> {};
struct w_reject : word<'r', 'e', 'j', 'e', 'c', 't'> {};
struct w_defer : word<'d', 'e', 'f', 'e', 'r'> {};
struct w_tempfail : word<'t', 'e', 'm', 'p', 'f', 'a', 'i', 'l'> {};
struct w_discard : word<'d', 'i', 's', 'c', 'a', 'r', 'd'> {};
struct w_limit : word<'l', 'i', 'm', 'i', 't'> {};
struct w_burst : word<'b', 'u', 'r', 's', 't'> {};
struct w_counting : word<'c', 'o', 'u', 'n', 't', 'i', 'n', 'g'> {};
struct w_messages : word<'m', 'e', 's', 's', 'a', 'g', 'e', 's'> {};
struct w_recipients : word<'r', 'e', 'c', 'i', 'p', 'i', 'e', 'n', 't', 's'> {};
struct w_by : word<'b', 'y'> {};
struct w_else : word<'e', 'l', 's', 'e'> {};
struct w_remove : word<'r', 'e', 'm', 'o', 'v', 'e'> {};
struct w_replace : word<'r', 'e', 'p', 'l', 'a', 'c', 'e'> {};
struct w_reverse_path : word<'r', 'e', 'v', 'e', 'r', 's', 'e', '-', 'p', 'a', 't', 'h'> {};
struct w_with : word<'w', 'i', 't', 'h'> {};
struct w_keep : word<'k', 'e', 'e', 'p'> {};
struct w_only : word<'o', 'n', 'l', 'y'> {};
struct w_sign : word<'s', 'i', 'g', 'n'> {};
struct w_because : word<'b', 'e', 'c', 'a', 'u', 's', 'e'> {};
struct w_drop : word<'d', 'r', 'o', 'p'> {};
struct w_add : word<'a', 'd', 'd'> {};
struct w_when : word<'w', 'h', 'e', 'n'> {};
struct w_unless : word<'u', 'n', 'l', 'e', 's', 's'> {};
struct w_and : word<'a', 'n', 'd'> {};
struct w_or : word<'o', 'r'> {};
struct w_not : word<'n', 'o', 't'> {};
struct w_is : word<'i', 's'> {};
struct w_in : word<'i', 'n'> {};
struct w_fails : word<'f', 'a', 'i', 'l', 's'> {};
struct w_every : word<'e', 'v', 'e', 'r', 'y'> {};
struct w_any : word<'a', 'n', 'y'> {};
struct w_no : word<'n', 'o'> {};
struct w_recipient : word<'r', 'e', 'c', 'i', 'p', 'i', 'e', 'n', 't'> {};

// Words that cannot be the name of a fact or of a list.
struct reserved : sor<w_on, w_list, w_define, w_as, w_accept, w_reject, w_defer,
    w_tempfail, w_discard, w_limit, w_by, w_else, w_remove, w_replace, w_keep,
    w_sign, w_drop, w_add, w_because, w_when, w_unless, w_and, w_or, w_not, w_is, w_in, w_fails, w_every,
    w_any, w_no, w_with> {};

// Operands.
struct text : star<sor<seq<one<'\\'>, not_one<'\n'>>, not_one<'"', '\\', '\n'>>> {};
struct end_of_text : one<'"'> {};
struct quoted : seq<one<'"'>, text, must<end_of_text>, ws> {};
struct digits : plus<digit> {};
struct unit_name : sor<string<'K', 'i', 'B'>, string<'M', 'i', 'B'>, string<'G', 'i', 'B'>,
    string<'d', 'a', 'y', 's'>, string<'d', 'a', 'y'>, string<'m', 'i', 'n'>,
    one<'s', 'h', 'd'>> {};
struct unit : seq<unit_name, not_at<word_octet>> {};
struct number : seq<digits, not_at<one<'.'>>, opt<seq<star<blank>, unit>>, ws> {};
struct setting_name : name {};
struct setting : seq<one<'$'>, must<setting_name>, ws> {};
struct argument : plus<not_one<'[', ']', '"', '\n'>> {};
struct end_of_argument : one<']'> {};
struct plain_name : seq<not_at<reserved>, name, opt<seq<one<'['>, must<argument, end_of_argument>>>, ws> {};
struct recipient_state : name {};
struct quantified : seq<sor<w_every, w_any, w_no>, must<w_recipient, recipient_state>, ws> {};
struct operand : sor<quoted, number, setting, quantified, plain_name> {};
struct need_operand : operand {};

// Conditions.
struct condition;
struct need_condition : seq<condition> {};
struct end_of_parenthesis : one<')'> {};
struct nested : seq<one<'('>, ws, must<need_condition, end_of_parenthesis>, ws> {};
struct member_end : one<'}'> {};
struct members : seq<one<'{'>, ws, must<need_operand>, star<one<','>, ws, must<need_operand>>, must<member_end>, ws> {};
struct list_name : seq<plain_name> {};
struct members_or_list : sor<members, list_name> {};
struct pattern : quoted {};
struct op_is : seq<w_is, opt<w_not>, must<need_operand>> {};
struct op_in : seq<opt<w_not>, w_in, must<members_or_list>> {};
struct comparator : sor<string<'<', '='>, string<'>', '='>, one<'<', '>'>> {};
struct op_compare : seq<comparator, ws, must<need_operand>> {};
struct op_matches : seq<opt<w_not>, one<'~'>, ws, must<pattern>> {};
struct op_fails : w_fails {};
struct comparison : seq<operand, opt<sor<op_is, op_in, op_compare, op_matches, op_fails>>> {};
struct negated;
struct term : sor<negated, nested, comparison> {};
struct need_term : term {};
struct negated : seq<w_not, must<need_term>> {};
struct conjunction : seq<term, star<w_and, must<need_term>>> {};
struct need_conjunction : seq<conjunction> {};
struct condition : seq<conjunction, star<w_or, must<need_conjunction>>> {};
struct when_clause : seq<w_when, must<need_condition>> {};
struct unless_clause : seq<w_unless, must<need_condition>> {};
struct clause : opt<sor<when_clause, unless_clause>> {};

// Rules.
struct code : seq<rep<3, digit>, not_at<digit>> {};
struct enhanced_status : seq<digit, one<'.'>, digits, one<'.'>, digits> {};
struct reply_text : quoted {};
struct reason : name {};
struct need_as : w_as {};
struct because : seq<w_because, must<need_operand>> {};
struct reply : seq<code, ws, opt<enhanced_status, ws>, must<reply_text, need_as, reason>, ws, opt<because>> {};
struct need_reply : reply {};
struct reject_rule : seq<w_reject, must<need_reply, clause>> {};
struct defer_rule : seq<sor<w_defer, w_tempfail>, must<need_reply, clause>> {};
struct discard_rule : seq<w_discard, must<need_as, reason, ws, opt<because>, clause>> {};
struct accept_rule : seq<w_accept, must<clause>> {};
struct period : sor<string<'m', 'i', 'n'>, string<'d', 'a', 'y'>, one<'s', 'h', 'd'>> {};
struct limit_count : sor<seq<digits>, setting> {};
struct need_period : seq<one<'/'>, period, not_at<word_octet>, ws> {};
struct burst : seq<w_burst, must<need_operand>> {};
struct counting_messages : seq<w_counting, w_messages> {};
struct counting_recipients : seq<w_counting, w_recipients> {};
struct limit_key : seq<plain_name> {};
struct need_by : w_by {};
struct need_else : w_else {};
struct over_reject : seq<w_reject, must<need_reply>> {};
struct over_defer : seq<sor<w_defer, w_tempfail>, must<need_reply>> {};
struct need_over : sor<over_reject, over_defer> {};
struct limit_rule : seq<w_limit, must<limit_count, ws, need_period, opt<burst>,
    opt<sor<counting_messages, counting_recipients>>, need_by, limit_key,
    star<seq<one<','>, ws, must<limit_key>>>, need_else, need_over, clause>> {};
struct field_octet : range<'!', '~'> {};
struct field_name : plus<not_at<one<':', '#', ';'>>, field_octet> {};
struct remove_rule : seq<w_remove, must<field_name, ws, clause>> {};
struct null_path : seq<one<'<'>, one<'>'>, ws> {};
struct need_with : w_with {};
struct need_null_path : null_path {};
struct replacement : quoted {};
struct replace_path_rule : seq<w_replace, w_reverse_path, must<need_with, need_null_path, clause>> {};
struct replace_rule : seq<w_replace, must<field_name, ws, need_with, replacement, clause>> {};
struct need_only : w_only {};
struct set_name : name {};
struct keep_rule : seq<w_keep, must<need_only, set_name, ws, clause>> {};
struct sign_rule : seq<w_sign, must<clause>> {};
struct dropped_state : name {};
struct need_recipients : w_recipients {};
struct drop_rule : seq<w_drop, must<dropped_state, ws, need_recipients, clause>> {};
struct results_field : seq<istring<'A', 'u', 't', 'h', 'e', 'n', 't', 'i', 'c', 'a', 't', 'i', 'o', 'n', '-', 'R', 'e', 's', 'u', 'l', 't', 's'>, not_at<word_octet>, ws> {};
struct add_rule : seq<w_add, must<results_field, clause>> {};

// Statements.
struct section_name : name {};
struct section : seq<w_on, must<section_name, ws>> {};
struct file_name : quoted {};
struct equals : seq<one<'='>, ws> {};
struct from_file : seq<w_from, must<file_name>> {};
struct need_members : seq<members> {};
struct from_members : seq<equals, must<need_members>> {};
struct need_list_source : sor<from_file, from_members> {};
struct defined_name : seq<not_at<reserved>, name> {};
struct list_definition : seq<w_list, must<defined_name, ws, need_list_source>> {};
struct definition : seq<w_define, must<defined_name, ws, need_as, need_condition>> {};
struct statement : sor<section, list_definition, definition, accept_rule, reject_rule,
    defer_rule, discard_rule, limit_rule, remove_rule, replace_path_rule, replace_rule,
    keep_rule, sign_rule, drop_rule, add_rule> {};
struct need_statement : statement {};
struct separators : star<one<';'>, ws> {};
struct file : seq<ws, separators, until<eof, must<need_statement>, separators>> {};
// clang-format on

}  // namespace rules::grammar
