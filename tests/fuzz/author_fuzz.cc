// What parses is a mailbox that, printed, parses to the same mailbox, alone
// and between angle brackets; a refusal gives no mailbox.

#include <cstdint>
#include <string>
#include <string_view>

#include "mime/author.h"
#include "tests/fuzz/check.h"

namespace {

bool same(const mime::AuthorResult& a, const mime::AuthorResult& b) {
  return a.defect == b.defect && a.mailbox.local_part == b.mailbox.local_part &&
         a.mailbox.domain == b.mailbox.domain;
}

void check_result(const mime::AuthorResult& result) {
  if (!result) {
    fuzz::check(
        result.mailbox.local_part.empty() && result.mailbox.domain.empty(),
        "a refusal gives no mailbox");
    return;
  }
  const std::string printed = result.mailbox.addr_spec();
  fuzz::check(same(mime::parse_addr_spec(printed), result),
              "the addr-spec parses to the same mailbox");
  fuzz::check(same(mime::parse_author(printed), result),
              "the addr-spec as an author is the same mailbox");
  fuzz::check(
      same(mime::parse_author(" \"x, <y@z>\" <" + printed + ">"), result),
      "the mailbox behind a display name is the same");
  fuzz::check(!mime::parse_author(printed + ", a@b.example"),
              "a second mailbox is refused");
  if (result.mailbox.has_address_literal()) {
    fuzz::check(!mime::address_of_literal(result.mailbox.domain).empty(),
                "an address literal is an address");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(octets), size);
  const mime::AuthorResult author = mime::parse_author(input);
  check_result(author);
  fuzz::check(same(mime::parse_author(input), author),
              "the same field gives the same answer");
  check_result(mime::parse_addr_spec(input));
  return 0;
}
