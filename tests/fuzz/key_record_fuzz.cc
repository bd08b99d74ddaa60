// A usable key record holds a key of a size and type that may verify, and its
// key, printed as a plain record, is the same key.  Escapes and white space of
// a zone file around it change nothing.  The same octets as a DNS message are
// an answer or none.

#include <cstdint>
#include <string>
#include <string_view>

#include "dkim/base64.h"
#include "dkim/dns_answer.h"
#include "dkim/key_record.h"
#include "dkim/limits.h"
#include "dkim/public_key.h"
#include "tests/fuzz/check.h"

namespace {

void check_usable(const dkim::KeyRecord& record) {
  fuzz::check(record.public_key != nullptr, "a usable record has a key");
  fuzz::check(dkim::type_of(record.public_key) == record.type,
              "the key is of the type that k= says");
  const bool rsa = record.type == dkim::KeyType::kRsa;
  fuzz::check(!rsa || (record.bits >= dkim::kMinRsaBits &&
                       record.bits <= dkim::kMaxRsaBits),
              "an RSA key has an allowed size");
  const dkim::KeyRecord printed = dkim::parse_key_record(
      (rsa ? "k=rsa; p=" : "k=ed25519; p=") +
      dkim::encode_base64(dkim::encode_public_key(record.public_key)));
  fuzz::check(dkim::same_key(printed.public_key, record.public_key),
              "a printed key is the same key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(octets), size);
  const dkim::KeyRecord record = dkim::parse_key_record(input);
  if (record.cause == dkim::Cause::kNone) {
    check_usable(record);
  } else {
    fuzz::check(record.public_key == nullptr, "no other record has a key");
  }
  const dkim::KeyRecord quoted =
      dkim::parse_key_record(" \"" + input + "\" \r\n");
  fuzz::check(
      quoted.cause == record.cause || quoted.cause == dkim::Cause::kKeyTooLarge,
      "quotes and blanks around a record change nothing");
  const auto answer = dkim::parse_dns_answer(input);
  fuzz::check(!answer || answer->texts.size() <= dkim::kMaxKeyRecords,
              "an answer is bounded");
  return 0;
}
