#include "policy/header_plan.h"

#include <utility>

namespace policy {

std::vector<HeaderField> apply(const HeaderPlan& plan,
                               std::vector<HeaderField> fields) {
  std::vector<HeaderField> result = plan.insert_top;
  auto edit = plan.edits.begin();
  for (std::size_t position = 0; position < fields.size(); ++position) {
    HeaderField& field = fields[position];
    if (edit != plan.edits.end() && edit->position == position) {
      if (edit->kind == HeaderEdit::Kind::kReplace) {
        result.push_back({std::move(field.name), edit->body});
      }
      ++edit;
    } else {
      result.push_back(std::move(field));
    }
  }
  return result;
}

}  // namespace policy
