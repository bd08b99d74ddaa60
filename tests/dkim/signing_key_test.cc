#include "dkim/signing_key.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "test_world.h"

namespace dkim::testing {
namespace {

// A directory that goes with the test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name =
        (std::filesystem::temp_directory_path() / "dkim-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  std::string write(const std::string& content, mode_t mode) const {
    const std::string path = path_ + "/key.pem";
    std::filesystem::remove(path);
    std::ofstream(path) << content << '\n';
    REQUIRE(chmod(path.c_str(), mode) == 0);
    return path;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("a key file is read when only its owner and group can") {
  const TemporaryDirectory directory;
  const std::string pem = read_data("rsa2048.pem");
  struct Row {
    mode_t mode;
    bool taken;
  };
  for (const Row& row :
       {Row{0600, true}, Row{0400, true}, Row{0640, true}, Row{0440, true},
        Row{0660, false}, Row{0644, false}, Row{0604, false}, Row{0602, false},
        Row{0666, false}}) {
    INFO(row.mode);
    const SigningKeyResult result = load_signing_key(
        directory.write(pem, row.mode), "example.org", "opendkim");
    CHECK((result.key != nullptr) == row.taken);
    CHECK(result.error.empty() == row.taken);
    if (!row.taken) {
      CHECK(result.error.find("chmod 0600") != std::string::npos);
    }
  }
}

TEST_CASE("what is no key file is refused with its path and a reason") {
  const TemporaryDirectory directory;
  const auto error_of = [](const std::string& path) {
    const SigningKeyResult result = load_signing_key(path, "a.example", "s");
    CHECK(result.key == nullptr);
    CHECK(result.error.starts_with(path));
    return result.error;
  };
  CHECK(error_of(directory.path() + "/absent").find("No such file") !=
        std::string::npos);
  CHECK(error_of(directory.path()).find("not a regular file") !=
        std::string::npos);
  CHECK(error_of(directory.write("", 0600)).find("PEM") != std::string::npos);
  CHECK(error_of(directory.write("junk", 0600)).find("PEM") !=
        std::string::npos);
  CHECK(error_of(directory.write(std::string(100'000, 'x'), 0600))
            .find("too large") != std::string::npos);
}

TEST_CASE("names and keys that cannot sign are refused") {
  const std::string pem = read_data("rsa2048.pem");
  CHECK(parse_signing_key(pem, "not a domain", "s").key == nullptr);
  CHECK(parse_signing_key(pem, "example.org", "").key == nullptr);
  CHECK(parse_signing_key(pem, "example.org", "a/b").key == nullptr);
  const SigningKeyResult unicode =
      parse_signing_key(pem, "m\xc3\xbcller.example", "s");
  REQUIRE(unicode.key != nullptr);
  CHECK(unicode.key->domain() == "xn--mller-kva.example");
}

TEST_CASE("an RSA key of less than 1024 bits signs nothing (RFC 8301)") {
  for (const std::size_t bits : {512UL, 1016UL, 1024UL}) {
    INFO(bits);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits), &EVP_PKEY_free);
    REQUIRE(key != nullptr);
    BIO* out = BIO_new(BIO_s_mem());
    REQUIRE(PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0,
                                     nullptr, nullptr) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out, &text);
    const SigningKeyResult result = parse_signing_key(
        {text, static_cast<std::size_t>(size)}, "example.org", "s");
    BIO_free(out);
    CHECK((result.key != nullptr) == (bits == 1024));
    CHECK(result.error ==
          (bits == 1024 ? ""
                        : "an RSA key of " + std::to_string(bits) +
                              " bits; 1024 to 4096 are valid (RFC 8301)"));
  }
}

TEST_CASE("a key that needs a passphrase, and one that is none of DKIM's") {
  const char* const encrypted =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIBHDBXBgkqhkiG9w0BBQ0wSjAp\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n";
  CHECK(parse_signing_key(encrypted, "example.org", "s").error ==
        "no private key in PEM form without a passphrase");
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free);
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr,
                           nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out, &text);
  CHECK(parse_signing_key({text, static_cast<std::size_t>(size)}, "example.org",
                          "s")
            .error == "neither an RSA nor an Ed25519 key");
  BIO_free(out);
}

TEST_CASE("the record of a key is what a verifier reads") {
  for (const char* file : {"rsa1024.pem", "rsa4096.pem", "ed25519.pem"}) {
    const auto key = test_key(file, "example.org", "s");
    const KeyRecord record = parse_key_record(key->record());
    CHECK(record.cause == Cause::kNone);
    CHECK(record.type == key->type());
  }
}

TEST_CASE("a generated key is one that can be stored and read again") {
  for (const KeyType type : {KeyType::kRsa, KeyType::kEd25519}) {
    const auto made = generate_signing_key(type, "example.org", "s");
    REQUIRE(made.key != nullptr);
    const auto read =
        parse_signing_key(made.key->private_pem(), "example.org", "s");
    REQUIRE(read.key != nullptr);
    CHECK(read.key->record() == made.key->record());
    CHECK(parse_key_record(made.key->record()).bits ==
          (type == KeyType::kRsa ? 2048 : 256));
  }
  CHECK(generate_signing_key(KeyType::kRsa, "", "s").key == nullptr);
}

TEST_CASE("our own signature is known again in a returned header section") {
  const auto rsa = test_key("rsa2048.pem", "example.org", "r");
  const auto ed25519 = test_key("ed25519.pem", "example.org", "r");
  for (const auto& key : {rsa, ed25519}) {
    World world;
    world.signing.keys = {key};
    world.sign();
    world.message.fields.emplace(world.message.fields.begin(), "Received",
                                 " by relay.example");
    std::vector<mime::HeaderField> fields;
    for (const auto& [name, body] : world.message.fields) {
      fields.push_back({name, body});
    }
    CHECK(verify_own_signature(fields, *key));
    // The other key, another selector, another domain.
    CHECK_FALSE(verify_own_signature(fields, key == rsa ? *ed25519 : *rsa));
    CHECK_FALSE(verify_own_signature(
        fields, *test_key("rsa2048.pem", "example.org", "other")));
    CHECK_FALSE(verify_own_signature(
        fields, *test_key("rsa2048.pem", "example.com", "r")));
    std::vector<mime::HeaderField> forged = fields;
    forged.push_back({"Subject", " forged"});
    CHECK_FALSE(verify_own_signature(forged, *key));
    CHECK_FALSE(verify_own_signature({}, *key));
  }
}

}  // namespace dkim::testing
