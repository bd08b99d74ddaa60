#pragma once

// The statements of a rules file as they were written: what the grammar makes
// and the compiler reads.  Names are not looked up yet.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/vocabulary.h"

namespace rules {

// Where something stands; lines and columns from 1.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct Operand {
  enum class Kind : std::uint8_t {
    kName,     // a fact, a word, a list: `shape`, `header[Subject]`
    kText,     // "quoted"
    kNumber,   // 20, 20 KiB, 2 h
    kSetting,  // $max_message_size
  };
  Kind kind = Kind::kName;
  // Without quotes, brackets, '$'; a number as it is written.
  std::string text;
  std::optional<std::string> argument;  // of kName: what was in brackets
  // Of kNumber, in octets or seconds; nullopt: larger than any is.
  std::optional<std::uint64_t> number;
  Position position;
};

struct Condition {
  enum class Kind : std::uint8_t {
    kOr,       // any of `children`
    kAnd,      // all of `children`
    kNot,      // its one child is not
    kTrue,     // `left` is true, not zero, not empty
    kIs,       // `left` equals `right`
    kLess,     //
    kAtMost,   //
    kMore,     //
    kAtLeast,  //
    kIn,       // `left` is one of `members`; or of the list `right`
    kMatches,  // `left` matches the regular expression `right`
    kFails,    // `left` cannot be known for the moment
  };
  Kind kind = Kind::kTrue;
  std::vector<Condition> children;
  Operand left;
  Operand right;
  std::vector<Operand> members;
  Position position;
};

// 10/h burst 10 counting recipients by login
struct LimitSyntax {
  Operand count;
  std::uint64_t period = 1;  // seconds
  std::optional<Operand> burst;
  bool counts_recipients = false;
  std::vector<Operand> keys;
};

struct ReplySyntax {
  int code = 0;
  std::string enhanced_status;  // may be empty
  std::string text;             // with its {facts}
  Position text_position;       // of its first octet
};

struct RuleSyntax {
  Action action = Action::kAccept;
  ReplySyntax reply;  // of kReject, kDefer, and of kLimit what stands in else
  Action when_over = Action::kDefer;  // of kLimit
  std::string reason;                 // behind `as`
  Position reason_position;
  std::optional<Operand> because;  // a fact or a text
  LimitSyntax limit;
  std::string name;  // of a header field, of a set of them, of a state
  std::string text;  // what it is replaced with
  std::optional<Condition> condition;
  Position position;
};

struct Statement {
  enum class Kind : std::uint8_t { kSection, kList, kDefine, kRule };
  Kind kind = Kind::kRule;
  std::string name;
  std::string file;  // of kList: where its members are, if not here
  std::vector<Operand> members;
  Condition condition;  // of kDefine
  RuleSyntax rule;
  Position position;
};

struct SyntaxError {
  Position position;
  std::string message;
};

struct SyntaxResult {
  std::vector<Statement> statements;
  std::optional<SyntaxError> error;  // the first
};

// Bounds on a file, so that no input costs more than its size.
inline constexpr std::size_t kMaxFileOctets = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t kMaxConditionDepth = 50;

SyntaxResult parse(std::string_view text);

}  // namespace rules
