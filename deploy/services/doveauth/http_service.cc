#include "deploy/services/doveauth/http_service.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>

#include <utility>

#include "mailbox/file_descriptor.h"
#include "mailbox/small_file.h"

namespace doveauth {
namespace {

using Kind = LookupResult::Kind;

constexpr std::size_t kMaxSecretFile = 4096;
constexpr std::size_t kShortestSecret = 16;

}  // namespace

bool HttpService::is_allowed(const http::Request& request) const {
  const std::string wanted = "Bearer " + secret_;
  const std::string_view given = request.field("authorization");
  return given.size() == wanted.size() &&
         CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

http::Response HttpService::response_of(const std::string& address,
                                        const LookupResult& result) const {
  if (result.kind == Kind::kNotFound) return {404, {}};
  if (result.kind == Kind::kFailed) return {503, result.text};
  const auto setup = world_.setup.get();
  return {200, "password\t" + result.text + "\nhome\t" + setup->mailboxes_dir +
                   '/' + address + "\nuid\t" + setup->mailbox_user + "\ngid\t" +
                   setup->mailbox_user + "\n"};
}

void HttpService::log_in(const std::string& body,
                         const http::Callbacks::Answer& answer) {
  const std::size_t first = body.find('\t');
  if (first == std::string::npos) {
    answer({400, {}});
    return;
  }
  const std::size_t second = body.find('\t', first + 1);
  PassdbKey login;
  login.user = body.substr(0, first);
  login.password = body.substr(first + 1, second - first - 1);
  if (second != std::string::npos) login.remote = body.substr(second + 1);
  if (const auto result = accounts_.find(login)) {
    answer(response_of(login.user, *result));
    return;
  }
  const std::string address = login.user;
  accounts_.work(std::move(login),
                 [this, address, answer](const LookupResult& result) {
                   answer(response_of(address, result));
                 });
}

void HttpService::list(const http::Callbacks::Answer& answer) {
  const bool added = accounts_.run([this, answer] {
    std::string lines;
    std::string error;
    const bool read = world_.mailboxes.for_each_address(
        [&](const std::string& address) { lines += address + '\n'; }, error);
    if (!read) world_.log.error("the accounts cannot be listed: {}", error);
    answer({read ? 200 : 503, std::move(lines)});
  });
  if (!added) answer({503, {}});
}

void HttpService::handle(const http::Request& request,
                         const http::Callbacks::Answer& answer) {
  if (!is_allowed(request)) {
    answer({401, {}});
  } else if (request.method != "POST") {
    answer({405, {}});
  } else if (request.path == "/create") {
    log_in(request.body, answer);
  } else if (request.path == "/user") {
    answer(response_of(request.body, accounts_.find_user(request.body)));
  } else if (request.path == "/users") {
    list(answer);
  } else {
    answer({404, {}});
  }
}

std::optional<std::string> read_secret(const std::string& path,
                                       std::string& error) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    error = "there is no path";
    return std::nullopt;
  }
  const mailbox::FileDescriptor folder(open(
      path.substr(0, slash + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  const auto file = mailbox::read_file(
      folder.number(), path.c_str() + slash + 1, kMaxSecretFile);
  if (file.presence != mailbox::Presence::kThere ||
      stat(path.c_str(), &status) != 0) {
    error = file.error.empty() ? path + ": is not there" : file.error;
    return std::nullopt;
  }
  std::string secret = file.text.substr(0, file.text.find_first_of("\r\n"));
  if ((status.st_mode & S_IRWXO) != 0) {
    error = path + ": other users can read it";
  } else if (secret.size() < kShortestSecret) {
    error = path + ": has less than 16 octets";
  } else {
    return secret;
  }
  return std::nullopt;
}

}  // namespace doveauth
