#pragma once

// A client of the policy protocol, with patience but not for ever.

#include <string>

namespace policyd_test {

class WireClient {
 public:
  explicit WireClient(const std::string& path);
  ~WireClient();
  WireClient(WireClient&& other) noexcept;
  WireClient& operator=(WireClient&&) = delete;

  void send(const std::string& octets) const;
  // Up to the empty line that ends an answer, without it; "closed" when the
  // other side has closed, "silence" after 20 seconds.
  std::string receive();
  // All until the other side closes.
  std::string receive_all();
  std::string ask(const std::string& octets) {
    send(octets);
    return receive();
  }
  // Whether the other side closes, within 20 seconds and without a word.
  bool is_closed() { return receive() == "closed"; }
  int file() const { return file_; }
  bool is_connected() const { return file_ >= 0; }

 private:
  int file_;
  std::string received_;
};

}  // namespace policyd_test
