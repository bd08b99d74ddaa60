// Prints what postfix_view() makes of messages, for the comparison with a
// running Postfix in test_view.py.
//
// Input: "<direction> <octets>\n" and the octets, again and again.  Output:
// for each message one line "<fields> <octets of the body> <refusal>", then
// for each field "<octets of name> <octets of body>\n" and both, then the body.

#include <cstddef>
#include <iostream>
#include <string>

#include "deploy/ctl/postfix_view.h"

namespace {

policy::Direction direction_of(const std::string& word) {
  if (word == "outbound") return policy::Direction::kOutbound;
  if (word == "local") return policy::Direction::kLocal;
  if (word == "internal") return policy::Direction::kInternal;
  return policy::Direction::kInbound;
}

void print(const ctl::PostfixView& view) {
  const auto& message = view.message;
  std::cout << message.fields.size() << ' ' << message.body.size() << ' '
            << view.refusal << '\n';
  for (const auto& field : message.fields) {
    std::cout << field.name.size() << ' ' << field.body.size() << '\n'
              << field.name << field.body;
  }
  std::cout << message.body << std::flush;
}

}  // namespace

int main() {
  std::string word;
  std::size_t size = 0;
  while (std::cin >> word >> size) {
    std::cin.get();
    std::string octets(size, '\0');
    std::cin.read(octets.data(), static_cast<std::streamsize>(size));
    ctl::PostfixOptions options;
    options.direction = direction_of(word);
    options.reverse_path = "a@chat.example";
    options.hostname = "chat.example";
    print(ctl::postfix_view(octets, options));
  }
}
