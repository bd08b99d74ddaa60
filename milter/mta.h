#pragma once

// What a conversation asks of the MTA at the other end of its connection: the
// macros of the step, and edits at the end of a message.
//
// An edit is false when the MTA takes it not.  A field's value brings its own
// leading blank, and is folded with LF.

#include <string>
#include <string_view>

namespace milter {

class Mta {
 public:
  Mta() = default;
  virtual ~Mta() = default;
  Mta(const Mta&) = delete;
  Mta& operator=(const Mta&) = delete;

  // The value of "{daemon_name}", "i", ...; empty when there is none.
  virtual std::string_view macro(const char* name) const = 0;

  // Of fields of that name the one with that number, from 1; an empty value
  // removes it.
  virtual bool change_header(const std::string& name, int occurrence,
                             const std::string& value) = 0;
  // On top of the header section.
  virtual bool insert_header(const std::string& name,
                             const std::string& value) = 0;
  // With angle brackets.
  virtual bool change_from(const std::string& reverse_path) = 0;
  // As the client wrote it.
  virtual bool remove_recipient(const std::string& recipient) = 0;
};

}  // namespace milter
