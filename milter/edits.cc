#include "milter/edits.h"

#include <algorithm>
#include <string>

#include "milter/reply_text.h"

namespace milter {
namespace {

// libmilter's functions take char*, and change nothing behind it.
char* unconst(const std::string& text) {
  return const_cast<char*>(text.c_str());
}

// SMFIP_HDR_LEADSPC: a value brings its own leading blank; LF folds.
std::string as_libmilter_folds(std::string body) {
  body.erase(std::remove(body.begin(), body.end(), '\r'), body.end());
  return body;
}

bool edit_header(SMFICTX* context, const policy::HeaderPlan& plan) {
  // From the last to the first, so that the numbers of those before stay.
  for (auto edit = plan.edits.rbegin(); edit != plan.edits.rend(); ++edit) {
    const bool replaces = edit->kind == policy::HeaderEdit::Kind::kReplace;
    const std::string value =
        replaces ? as_libmilter_folds(edit->body) : std::string();
    if (smfi_chgheader(context, unconst(edit->name), edit->occurrence,
                       replaces ? unconst(value) : nullptr) != MI_SUCCESS) {
      return false;
    }
  }
  for (auto field = plan.insert_top.rbegin(); field != plan.insert_top.rend();
       ++field) {
    const std::string value = as_libmilter_folds(field->body);
    if (smfi_insheader(context, 0, unconst(field->name), unconst(value)) !=
        MI_SUCCESS) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool carry_out(SMFICTX* context, const policy::Judgement& judgement,
               const Session& session) {
  if (!edit_header(context, judgement.plan)) return false;
  if (judgement.reverse_path) {
    const std::string path = "<" + *judgement.reverse_path + ">";
    if (smfi_chgfrom(context, unconst(path), nullptr) != MI_SUCCESS) {
      return false;
    }
  }
  for (const std::size_t index : judgement.dropped_recipients) {
    if (smfi_delrcpt(context, unconst(session.recipient_as_given(index))) !=
        MI_SUCCESS) {
      return false;
    }
  }
  return true;
}

bool set_reply(SMFICTX* context, const policy::Reply& reply) {
  const std::string code = std::to_string(reply.code);
  const std::string text = reply_text(reply.text);
  return smfi_setreply(context, unconst(code),
                       reply.enhanced_status.empty()
                           ? nullptr
                           : unconst(reply.enhanced_status),
                       unconst(text)) == MI_SUCCESS;
}

}  // namespace milter
