#include "tests/trial/fake_protocols.h"

#include <openssl/evp.h>

#include <algorithm>
#include <vector>

#include "tests/trial/fake_relay.h"

namespace test {
namespace {

std::string between(std::string_view text, std::string_view begin,
                    std::string_view end) {
  std::size_t at = text.find(begin);
  if (at == std::string_view::npos) return "";
  at += begin.size();
  return std::string(text.substr(at, text.find(end, at) - at));
}

class FakeImap : public Protocol {
 public:
  explicit FakeImap(FakeRelay& relay) : relay_(relay) {}

  std::string greeting() override { return "* OK ready\r\n"; }

  std::string take(std::string_view octets) override {
    if (octets == "DONE\r\n") {
      is_idle_ = false;
      return tag_ + " OK done\r\n";
    }
    tag_ = octets.substr(0, octets.find(' '));
    const std::string words(octets.substr(tag_.size() + 1));
    const std::string rest = answer(words);
    return is_idle_ || rest.find("\r\n" + tag_ + " ") != std::string::npos ||
                   rest.starts_with(tag_ + " ")
               ? rest
               : rest + tag_ + " OK done\r\n";
  }

  std::string wait(std::chrono::milliseconds patience) override {
    if (!is_idle_ || !relay_.await_more(user_, told_, patience)) return "";
    return exists();
  }

 private:
  std::string answer(const std::string& words) {
    if (words.starts_with("LOGIN ")) {
      user_ = between(words, "LOGIN \"", "\"");
      const bool is_good =
          relay_.log_in(user_, between(words, "\" \"", "\"\r\n"));
      return is_good ? "" : tag_ + " NO [AUTHENTICATIONFAILED] no\r\n";
    }
    if (words.starts_with("SELECT") || words.starts_with("NOOP")) {
      return exists();
    }
    if (words.starts_with("IDLE")) {
      is_idle_ = true;
      return "+ idling\r\n";
    }
    if (words.starts_with("CAPABILITY")) {
      return relay_.has("no push") ? "* CAPABILITY METADATA XCHATMAIL\r\n"
                                   : "* CAPABILITY METADATA XCHATMAIL "
                                     "XDELTAPUSH\r\n";
    }
    if (words.starts_with("GETMETADATA")) {
      return relay_.has("no metadata")
                 ? "* METADATA \"\" (/shared/vendor/deltachat/"
                   "maxsmtprecipients NIL)\r\n"
                 : "* METADATA \"\" (/shared/vendor/deltachat/"
                   "maxsmtprecipients {4}\r\n1000)\r\n";
    }
    if (words.starts_with("FETCH ")) return fetch(words);
    return "";
  }

  std::string exists() {
    told_ = relay_.count(user_);
    return "* " + std::to_string(told_) + " EXISTS\r\n";
  }

  std::string fetch(const std::string& words) {
    const auto inbox = relay_.inbox(user_);
    const std::string range = between(words, "FETCH ", " ");
    const std::size_t first = std::stoul(range);
    const std::size_t colon = range.find(':');
    const std::size_t last = colon == std::string::npos
                                 ? first
                                 : std::stoul(range.substr(colon + 1));
    std::string text;
    for (std::size_t i = first; i <= last && i <= inbox.size(); ++i) {
      std::string octets = inbox[i - 1];
      if (colon != std::string::npos) {
        octets = "Message-ID: " + between(octets, "Message-ID: ", "\r\n") +
                 "\r\n\r\n";
      }
      text += "* " + std::to_string(i) + " FETCH (BODY[] {" +
              std::to_string(octets.size()) + "}\r\n" + octets + ")\r\n";
    }
    return text;
  }

  FakeRelay& relay_;
  std::string tag_;
  std::string user_;
  std::size_t told_ = 0;
  bool is_idle_ = false;
};

class FakeSmtp : public Protocol {
 public:
  explicit FakeSmtp(FakeRelay& relay) : relay_(relay) {}

  std::string greeting() override { return "220 ready\r\n"; }

  std::string take(std::string_view octets) override {
    if (in_data_) {
      in_data_ = false;
      return relay_.judge(user_, from_, to_, std::string(octets)) + "\r\n";
    }
    if (octets.starts_with("AUTH PLAIN ")) return log_in(octets);
    if (octets.starts_with("MAIL")) from_ = between(octets, "<", ">");
    if (octets.starts_with("RCPT")) to_ = between(octets, "<", ">");
    if (octets.starts_with("STARTTLS")) return "220 go on\r\n";
    if (octets.starts_with("DATA")) {
      in_data_ = true;
      return "354 go on\r\n";
    }
    return "250 Ok\r\n";
  }

 private:
  std::string log_in(std::string_view octets) {
    const std::string code = between(octets, "PLAIN ", "\r\n");
    std::string plain(code.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(plain.data()),
                        reinterpret_cast<const unsigned char*>(code.data()),
                        static_cast<int>(code.size()));
    plain.resize(static_cast<std::size_t>(std::max(size, 0)));
    const std::string zero(1, '\0');
    user_ = between(plain, zero, zero);
    std::string password =
        plain.substr(std::min(user_.size() + 2, plain.size()));
    while (password.ends_with('\0')) password.pop_back();  // of the padding
    return relay_.log_in(user_, password) ? "235 in\r\n" : "535 no\r\n";
  }

  FakeRelay& relay_;
  std::string user_;
  std::string from_;
  std::string to_;
  bool in_data_ = false;
};

class FakeWeb : public Protocol {
 public:
  FakeWeb(FakeRelay& relay, std::string domain)
      : relay_(relay), domain_(std::move(domain)) {}

  std::string take(std::string_view octets) override {
    const std::string path = between(octets, " ", " ");
    if (path == "/" && !relay_.has("no page")) {
      return ok("<!doctype html><html lang=en>");
    }
    if (path == "/.well-known/autoconfig/mail/config-v1.1.xml" &&
        !relay_.has("no autoconfig")) {
      return ok("<port>993</port>");
    }
    if (path == "/new" && !relay_.has("no addresses")) {
      const std::string domain =
          relay_.has("one domain for all") ? "a.example" : domain_;
      return ok(R"({"email":"x@)" + domain + R"(","password":"p"})");
    }
    return "HTTP/1.1 404 Not Found\r\n\r\n";
  }

 private:
  static std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\n\r\n" + body;
  }

  FakeRelay& relay_;
  std::string domain_;
};

}  // namespace

std::unique_ptr<Protocol> make_imap(FakeRelay& relay) {
  return std::make_unique<FakeImap>(relay);
}

std::unique_ptr<Protocol> make_smtp(FakeRelay& relay) {
  return std::make_unique<FakeSmtp>(relay);
}

std::unique_ptr<Protocol> make_web(FakeRelay& relay,
                                   const std::string& domain) {
  return std::make_unique<FakeWeb>(relay, domain);
}

}  // namespace test
