#include "deploy/webpage/expansion.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace webpage {
namespace {

constexpr std::string_view kBlank = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Cuts `word` and the blanks behind it off the front.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  const std::string_view rest = text.substr(word.size());
  if (!rest.empty() && kBlank.find(rest.front()) == std::string_view::npos) {
    return false;
  }
  text = trimmed(rest);
  return true;
}

class Expansion {
 public:
  Expansion(std::string_view source, const std::string& name,
            const Values& values,
            const std::function<std::string(const std::string&)>& print)
      : source_(source), name_(name), values_(values), print_(print) {}

  Expanded run() {
    while (at_ < source_.size()) {
      const std::size_t open = next_tag();
      if (open == std::string_view::npos) break;
      const bool statement = source_[open + 1] == '%';
      const std::size_t close = source_.find(statement ? "%}" : "}}", open + 2);
      if (close == std::string_view::npos) {
        emit(open);
        tag_ = open;
        complain("a " + std::string(source_.substr(open, 2)) +
                 " that is not closed");
        at_ = source_.size();
        break;
      }
      const std::string_view inside =
          trimmed(source_.substr(open + 2, close - open - 2));
      if (statement) {
        emit_before_statement(open, close + 2);
        run_statement(inside);
      } else {
        emit(open);
        print_value(inside);
        at_ = close + 2;
      }
    }
    emit(source_.size());
    tag_ = source_.size();
    if (!branches_.empty()) complain("an if without its endif");
    return std::move(result_);
  }

 private:
  struct Branch {
    bool outer = true;  // what is around it is shown
    bool holds = true;
    bool turned = false;  // its else was there
  };

  std::size_t next_tag() const {
    return std::min(source_.find("{{", at_), source_.find("{%", at_));
  }

  bool shown() const {
    return branches_.empty() ||
           (branches_.back().outer && branches_.back().holds);
  }

  void emit(std::size_t end) {
    if (end > at_ && shown()) result_.text += source_.substr(at_, end - at_);
    at_ = std::max(at_, end);
  }

  // Around a statement that has a line of its own, that line goes.
  void emit_before_statement(std::size_t open, std::size_t end) {
    std::size_t line = open;
    while (line > 0 && kBlank.find(source_[line - 1]) != kBlank.npos) --line;
    const bool begins = line == 0 || source_[line - 1] == '\n';
    const std::size_t next = source_.find_first_not_of(kBlank, end);
    const bool ends = next == std::string_view::npos || source_[next] == '\n';
    if (begins && ends) {
      if (line > at_) emit(line);
      at_ = next == std::string_view::npos ? source_.size() : next + 1;
    } else {
      emit(open);
      at_ = end;
    }
    tag_ = open;
  }

  void run_statement(std::string_view words) {
    if (take_word(words, "if")) {
      const bool negated = take_word(words, "not");
      const std::optional<std::string> value = find(words);
      const bool yes = value && !value->empty() && *value != "no" &&
                       *value != "0" && *value != "false";
      branches_.push_back({.outer = shown(), .holds = yes != negated});
    } else if (words == "else" && !branches_.empty() &&
               !branches_.back().turned) {
      branches_.back().holds = !branches_.back().holds;
      branches_.back().turned = true;
    } else if (words == "endif" && !branches_.empty()) {
      branches_.pop_back();
    } else {
      complain("{% " + std::string(words) + " %} is not understood here");
    }
  }

  void print_value(std::string_view name) {
    tag_ = at_;
    const std::optional<std::string> value = find(name);
    if (!value || !shown()) return;
    if (value->empty()) {
      complain(std::string(name) + " is empty in chatmail.ini");
      return;
    }
    result_.text += print_(*value);
  }

  std::optional<std::string> find(std::string_view name) {
    constexpr std::string_view prefix = "config.";
    std::string_view key = name;
    if (key.starts_with(prefix)) key.remove_prefix(prefix.size());
    const auto found = values_.find(key);
    if (found != values_.end()) return found->second;
    complain("there is no value \"" + std::string(name) + "\"");
    return std::nullopt;
  }

  void complain(const std::string& what) {
    const std::string_view before = source_.substr(0, tag_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    std::string error = name_ + ":" + std::to_string(line) + ": " + what;
    if (result_.errors.empty() || result_.errors.back() != error) {
      result_.errors.push_back(std::move(error));
    }
  }

  std::string_view source_;
  const std::string& name_;
  const Values& values_;
  const std::function<std::string(const std::string&)>& print_;
  std::size_t at_ = 0;   // what is before it has been dealt with
  std::size_t tag_ = 0;  // where the tag that is dealt with stands
  std::vector<Branch> branches_;
  Expanded result_;
};

}  // namespace

Expanded expand(std::string_view source, const std::string& name,
                const Values& values,
                const std::function<std::string(const std::string&)>& print) {
  return Expansion(source, name, values, print).run();
}

}  // namespace webpage
