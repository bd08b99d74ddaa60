#include "deploy/trial/imap_client.h"

#include <charconv>
#include <thread>
#include <utility>

namespace trial {
namespace {

// The N of a line that ends in "{N}": so many octets follow it.
bool literal_size(std::string_view line, std::size_t& size) {
  const std::size_t open = line.rfind('{');
  if (!line.ends_with('}') || open == std::string_view::npos) return false;
  const char* const end = line.data() + line.size() - 1;
  return std::from_chars(line.data() + open + 1, end, size).ptr == end;
}

// "* 12 EXISTS" (RFC 9051 7.4.1).
bool exists(std::string_view line, unsigned& count) {
  if (!line.starts_with("* ") || !line.ends_with(" EXISTS")) return false;
  line.remove_prefix(2);
  line.remove_suffix(7);
  return std::from_chars(line.data(), line.data() + line.size(), count).ptr ==
         line.data() + line.size();
}

// A quoted string (RFC 9051 4.3); what we send has no line ends.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

std::unique_ptr<ImapClient> ImapClient::open(const Endpoint& endpoint,
                                             std::string& error,
                                             const Opener& opener) {
  auto connection = opener(endpoint, error);
  if (!connection) return nullptr;
  std::unique_ptr<ImapClient> client(new ImapClient(std::move(connection)));
  std::string greeting;
  if (!client->connection_->read_line(greeting)) {
    error = client->connection_->error();
    return nullptr;
  }
  if (!greeting.starts_with("* OK")) {
    error = "no IMAP server's greeting: " + greeting.substr(0, 200);
    return nullptr;
  }
  if (endpoint.tls) return client;
  std::string answer;
  error = client->command("STARTTLS", answer);
  if (error.empty()) error = client->connection_->start_tls();
  return error.empty() ? std::move(client) : nullptr;
}

void ImapClient::take_count(std::string_view line) {
  if (exists(line, count_)) counted_at_ = std::chrono::steady_clock::now();
}

std::string ImapClient::command(const std::string& words, std::string& answer) {
  const std::string tag = "t" + std::to_string(++commands_) + " ";
  if (!connection_->write(tag + words + "\r\n")) return connection_->error();
  return read_answer(tag, answer);
}

std::string ImapClient::read_answer(const std::string& tag,
                                    std::string& answer) {
  answer.clear();
  std::string line;
  while (connection_->read_line(line)) {
    if (line.starts_with(tag)) {
      line.erase(0, tag.size());
      return line.starts_with("OK") ? "" : line.substr(0, 300);
    }
    take_count(line);
    answer += line + "\r\n";
    std::size_t size = 0;
    std::string octets;
    if (!literal_size(line, size)) continue;
    if (!connection_->read_octets(size, octets)) break;
    answer += octets;
  }
  return connection_->error();
}

std::string ImapClient::log_in(const std::string& user,
                               const std::string& password) {
  std::string answer;
  return command("LOGIN " + quoted(user) + " " + quoted(password), answer);
}

std::string ImapClient::select_inbox() {
  std::string answer;
  return command("SELECT INBOX", answer);
}

std::string ImapClient::await_message(unsigned before,
                                      std::chrono::seconds patience,
                                      unsigned& count) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kPause{25};
  const auto end = Clock::now() + patience;
  while (true) {
    std::string answer;
    std::string error = command("NOOP", answer);
    if (!error.empty()) return error;
    count = count_;
    if (count > before) return "";
    if (Clock::now() > end) {
      return "it did not arrive within " + std::to_string(patience.count()) +
             " s";
    }
    std::this_thread::sleep_for(kPause);
  }
}

std::string ImapClient::await_push(unsigned before,
                                   const std::function<bool()>& is_over) {
  constexpr std::chrono::milliseconds kPause{200};
  if (count_ > before) return "";  // it came with another answer
  const std::string tag = "t" + std::to_string(++commands_) + " ";
  if (!connection_->write(tag + "IDLE\r\n")) return connection_->error();
  std::string line;
  while (count_ <= before && !is_over()) {
    if (!connection_->is_readable(kPause)) continue;
    if (!connection_->read_line(line)) return connection_->error();
    if (line.starts_with(tag)) return line.substr(tag.size());
    take_count(line);
  }
  if (!connection_->write("DONE\r\n")) return connection_->error();
  std::string answer;
  return read_answer(tag, answer);
}

std::string ImapClient::fetch_field(unsigned first, unsigned last,
                                    const std::string& name,
                                    std::string& answer) {
  return command("FETCH " + std::to_string(first) + ":" + std::to_string(last) +
                     " BODY.PEEK[HEADER.FIELDS (" + name + ")]",
                 answer);
}

std::string ImapClient::fetch(unsigned number, std::string& octets) {
  std::string answer;
  std::string error =
      command("FETCH " + std::to_string(number) + " BODY.PEEK[]", answer);
  if (!error.empty()) return error;
  const std::size_t end = answer.find("\r\n");
  std::size_t size = 0;
  if (end == std::string::npos ||
      !literal_size(std::string_view(answer).substr(0, end), size)) {
    return "the message was not given";
  }
  octets = answer.substr(end + 2, size);
  return "";
}

void ImapClient::log_out() {
  std::string answer;
  command("LOGOUT", answer);
}

}  // namespace trial
