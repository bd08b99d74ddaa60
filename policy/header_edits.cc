#include "policy/header_edits.h"

#include <optional>
#include <set>
#include <string>

#include "mime/ascii.h"

namespace policy {
namespace {

using rules::Action;

// One field on its way through the edits.
struct Edited {
  bool stays = true;
  std::optional<std::string> body;  // another one than it came with
};

class Editor {
 public:
  Editor(HeaderSection& header, const ReductionContext& context)
      : header_(header), context_(context), edited_(header.fields().size()) {}

  void carry_out(const rules::Rule& rule) {
    if (rule.action == Action::kKeepOnly) return keep_outbound_headers();
    if (rule.action == Action::kSign) return;
    for (std::size_t i = 0; i < edited_.size(); ++i) {
      if (!mime::equal_ignoring_case(header_.fields()[i].name, rule.name)) {
        continue;
      }
      if (rule.action == Action::kRemove) {
        edited_[i].stays = false;
      } else if (trimmed(i) == rule.replacement) {
        edited_[i].body.reset();  // as it came
      } else {
        edited_[i].body = rule.replacement;
      }
    }
  }

  HeaderPlan plan() const {
    HeaderPlan plan;
    for (std::size_t i = 0; i < edited_.size(); ++i) {
      const Edited& field = edited_[i];
      if (field.stays && !field.body) continue;
      HeaderEdit edit;
      edit.kind =
          field.stays ? HeaderEdit::Kind::kReplace : HeaderEdit::Kind::kRemove;
      edit.position = header_.position_of(i);
      edit.name = header_.fields()[i].name;
      edit.occurrence = header_.occurrence_of(i);
      if (field.stays) edit.body = " " + *field.body;
      plan.edits.push_back(std::move(edit));
    }
    return plan;
  }

 private:
  std::string_view trimmed(std::size_t index) const {
    return mime::trim(header_.fields()[index].body);
  }

  void keep_outbound_headers() {
    std::set<std::string> kept;
    for (std::size_t i = 0; i < edited_.size(); ++i) {
      const HeaderField& field = header_.fields()[i];
      const auto reduced = reduce_field(
          field.name, edited_[i].body.value_or(field.body), context_);
      // Every field of the allow-list may stand once (RFC 5322 3.6).
      if (!reduced || !kept.insert(mime::to_lower(field.name)).second) {
        edited_[i].stays = false;
      } else if (!reduced->as_it_is) {
        edited_[i].body = reduced->body;
      }
    }
  }

  HeaderSection& header_;
  const ReductionContext& context_;
  std::vector<Edited> edited_;
};

}  // namespace

HeaderPlan plan_of(std::span<const rules::Rule* const> edits,
                   HeaderSection& header, const ReductionContext& context) {
  Editor editor(header, context);
  for (const rules::Rule* rule : edits) editor.carry_out(*rule);
  return editor.plan();
}

}  // namespace policy
