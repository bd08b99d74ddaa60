#include "milter/edits.h"

#include <algorithm>
#include <string>

namespace milter {
namespace {

// SMFIP_HDR_LEADSPC: a value brings its own leading blank; LF folds.
std::string folded_with_lf(std::string body) {
  body.erase(std::remove(body.begin(), body.end(), '\r'), body.end());
  return body;
}

bool edit_header(Mta& mta, const policy::HeaderPlan& plan) {
  // From the last to the first, so that the numbers of those before stay.
  for (auto edit = plan.edits.rbegin(); edit != plan.edits.rend(); ++edit) {
    const bool replaces = edit->kind == policy::HeaderEdit::Kind::kReplace;
    if (!mta.change_header(
            edit->name, edit->occurrence,
            replaces ? folded_with_lf(edit->body) : std::string())) {
      return false;
    }
  }
  for (auto field = plan.insert_top.rbegin(); field != plan.insert_top.rend();
       ++field) {
    if (!mta.insert_header(field->name, folded_with_lf(field->body))) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool carry_out(Mta& mta, const policy::Judgement& judgement,
               const Session& session) {
  if (!edit_header(mta, judgement.plan)) return false;
  if (judgement.reverse_path &&
      !mta.change_from("<" + *judgement.reverse_path + ">")) {
    return false;
  }
  return std::all_of(
      judgement.dropped_recipients.begin(), judgement.dropped_recipients.end(),
      [&](std::size_t index) {
        return mta.remove_recipient(session.recipient_as_given(index));
      });
}

}  // namespace milter
